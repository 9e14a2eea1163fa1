"""The published answer that the self-test demands of ML-DSA-44 before a cosignature counts.

A cosignature of the leaves 8 to 13 of a log, made by the reference implementation of C2SP's
tlog-cosignature (filippo.io/torchwood) and published in the tests of transparency-dev/formats;
in base 85. Its message follows from the format, so it proves that too.
"""

import base64

from legation.crypto.log.checkpoints import Checkpoint
from legation.crypto.log.merkle import TreeHead

COSIGNER = "witness.example/w1"
START = 8
CHECKPOINT = Checkpoint(
    origin="example.com/log",
    head=TreeHead(
        size=13,
        root=bytes.fromhex("13b1110ad165a222b57dd6fe07afdd2c6d293359e6211d044ca0526ae0a3b55c"),
    ),
)
PUBLIC = base64.b85decode(
    "6f;WUlW+bDa_$U7Law*7V+qeALr3Gd+C-"
    "R~3K!AU=395jUdQG<zAeJe#yEeUfv$J6PIVLaDv*cMo^j~gYvO*XW>S8VYuQYbAhVpHXq8{;uXA=Bq+o;4&xh&iskD4G"
    "<y0DrR@lGaG_*P<IVz^&(r$TKpJ|;*?1_~6amfnwS{8kF^-"
    "y%|P7MB1PozS=2_4dZbDMovptM*|31rBXPf241x6kQN0?y$Hna{IqUjl9440C-?ku-"
    "N<VQ7<ixM8Rld^vM^3k3E!G^uQpSTN*+>fEi&f-;lZo5Ji{6d7Hej^7Vj4ZI2my%a>+-"
    "Y@WajM;tVHOY?AFq+CsKNfJn@;r1-"
    "<t4YhH)ZsV1RJHqZ<~&yEw)bhw_|Qp%pLNeY$~8x=>MN|9>%&aZR=RRvr*cny9B~y)1$)=FGlc7?KJMOg<5nBZ!_Up2*"
    "=}~_3EVEM1X^a%9!0^e&HT5$>qlT&%$-%GM=QGXhRaqwL<O^fI&_hW86@uXlZ#!4A29Zln1HkfcTanj{K7xGdk1SsS-"
    "i#MS|PJXq_pWT4tM0EJFLRyhzPd48KnCFAb{pq(#Ra@-xC)gpr`;v-"
    "a_LW&3iR7}fIWhjF_7%w2$}hCC9e2+nqlZ2Vl+*ForzQ<&>Z!$7-"
    "CQWo;;=J{6mhU?<Fw(g;3h!}onw{JE>Ebi4aA<QhIla2fdOWJjDs1mWdpya}Caqyp9kTBZyoAQ31P!6iDfJ=doaE?G=)"
    "1pA28~o%R+-"
    "TrqPAh4ZwdCHH&;v09_acOSAmb7Dl{qTG9If*u4Diyg5gjU+v*LRKabO=7c_98%QE3SNI3V6<aizA2{epSw<3fO1DM6T"
    "_I3!hb^hHmd*>6zSAs8y4|5Z$dcb84oJROa!em!hJGq5Jjh`tTLw;^L10cJtCLZ8N^I^zgB0~*wK=$NS~xr}~_*RwuOh"
    "t@8a%RQ%7sU>%k3gN7~lb}Qs7moEPW7>ZhRmTwbdPwmAv@%}@0J&*k;FpF1<;+S~J3spqug@jsQV!|H*9qeCC0bx>n6~"
    "&lWoAC=$-^FjaO!&{7cv|wa&QO6F%I#t92$P;l?W6E7?^Ghp%W#o%mJ<k*5twLV4^DI{5ptP*s(v~-"
    "hQ$BXv_SoUqSjE(5d+W5cQL>(iYV$6Q}`>s#LvOfIxEnipPRLv4?3yS=>JNHu}i5nIof(Ux|ToJ=*2a*nUgq<^UAn#l`"
    "?dr%2b0_v0kWQxJ_qIU8W7>?G?0vKiZP8PTz;M8LZ|L`rQa_N0X1TC7P}er4E<ir1$viAI;eW|@P;{I_a*?0Z~rWhi!T"
    "t642G1{}o5R-"
    "*?rqTi<dX|3)J;bXFaD4f+Eyr@6xxZJCi8qn3MC(Rt@uHcqFFj(UWh%vwx9(q$W&l(+bzIRX~hH<!I(MAKSP9k{2d1Y_"
    "W8?Z+cmhnz!IM=O~A26idYLV6ZmL#H0K5FufouiMd+Hbb=L&u%CAZt(ve`4Vn-+B8Fvl-"
    "=~dun3(73l9B3M2=gh`~5On0BBxW;PW=`VTZ4d7qTuG?)tnS|o4+mCCf_TCmrPQ-_-luM*S=Ei3n;ry&u723=-"
    "^i=WO4+U{BK3#3VOt|!1U1!07mc7VTzWlmh&L5>pxs6hh?4HsBzAr_+gZq%Y4IK|o}z~y_WLS#!G7Zt@04m2^~om^b6_"
    "=frB9&RL%@m<)F%?w>Bf1P@U"
)
SIGNATURE = base64.b85decode(
    "@&$PL$vF3}vb?<zvn2i?NXmwx{qO~`P)*(3!R`*?wl8jHd|gUG@i*7%wP7(^(a@%}9H9bJ;*keiZmJ1h1$W;?zK_t<Nu"
    "*{sW!}wEZ9l~pl9M1imy@QcZ$*ga0C(qNe4g_SNn`0%90293RaZ^h14FM-"
    "1L{v(*2E=%3F16u^U)NIcd^(!5d+8Ib%qKoh^OaJSK$>~0vj_kWpm@U?<?n$&jAp_94`zMgA}BhFR#FtMt{+=-"
    "2zZZn&Lb9<6m%-"
    "YuTANe4{N=s%baaRswQ^G1>R|sb=e93k>J#@Qeo%nS!}c9898oYOJO!Mf|DkC@0PrTtn@)r`gaQh=bPQKWiM?R=Y4*Th"
    "^SHpsz}yWsCHrCIlH?0I7r?-{0hQE0hFYx{hpz$j-WY{z2D8FU~;=F0BHfgN^J^M+h>&q)Jsz4TbGAv<H^zbO;H-"
    "aD!J5w!IaQ7t9VxKNC$(!hd&)Agxt19APoKp~LKZ=~?l>&}gM|um4mgCT-aE64uK!Mv5ye#wgxO%c0M*7jQC&s0b2x)N"
    "Y5J_-)59H-"
    "ILr=SJ$qH9l+~*v%DZCamQMBK$?Lt8MoQY)Z!)?8^L9z=^WL{wa^PClJvc@e4o4MS_@Yk4pv^B0qqrgY9;#&WnfHKBG#"
    "3eg<<c8$2d$kfZm8nY8OM(jHjoPe9OzL3VN6-QaB|p|M;s&j$iT9}!BHysb#04?#P_^QBe9caSGhny--"
    "~ylo3Okdc#SF8bflPsOAgF(-TS<-"
    "Qro>Y*aSWy|;i9u>h?zsyrC|KCRdEJnsNdN;a`Ni+uF);^M=_aO6!z6WcjTMiq=x@-"
    "J_^AJD#KP;49Y(Ep;{>lm)dpnhUOcoMP3#a3i31k$O(4QLja=~u%n0Be5=;$J!eCu6Ha@WNtJl=3u_Fq>{TFWz(re|(C"
    "KQhPg3jMQ3jZ|4GZx7N!V&pel=OHczObmztuSMwG(;YTj7sYQ7nTSVaixnp+e+_V@O9{2eaV&pD?^Me5bjgmVvqkP*Z8"
    "BORDCiP0fsAdcbbBXHt0N}?q1of#xPfDzYaRpsm>d!INF%OTYNDdcz@Gzl3u1VKw&}i55g;G`I-"
    "6I<MT9%}OPoy~>0q}ABynxR<tstST;CC84H$;Pv44;7SxAsW5^;1YqpbW>^})l@jUaZGd7P2_o3Uo;0#}^NY_U;iXQea"
    "`7my8rCJ_{ws%8@h<+sDJs2nZEz@)nDWOA<Boe?+{u%*O~Y^hhbpSA*$JDHY3EZmNis7J&*e9{W-"
    "W;uQQW@<K|Rnx~&1*;Kx&gJGicu*UW*{V{@CKoGIq)^&0?_3e{D!uFL4n?@p$!3ibdVA<_JS*`i!^6HIpxGX;*g{Ux36"
    "w=ZwrgsMcPlqtN=+DD;F*?r`1mN8i-)U?Dy!8^^;%)Tm86E+TNaSA5^879aziPXEcrQs(qa}X4gf0h<5%nWV-"
    "i0YZkX<)fA3$c+EL$pKo4r3Y?lu!Y)~gfU=g!P#7ZRBc|@;I@ek{J*9QWSx$p@!n7`t8z9fIV0j5n0B^KsSF!-"
    "z|HSgv=x;YSBBz*|4^a|^-"
    "b^)O9DS$gqErrKE_JBVHRq<qH!#<e+SgYA@{(9g**%e}Tg$kDl>oyfBE)7$=@*s_G_^=}=FI|Lmz^9h%sagWt8(x}GDd"
    "pw**;W5)OwHR-!>8#`P1j9kgPq|JD_Z)7R~#oWnF9lAP@b642+mje_8-"
    "e)p9XDueKwvsg?Q}g0`aBVBcHN+`p&je?hz9kBTrU=SQ_X+eCAkCLG^+T!7jAVGPs6tQNe|!V8~uP6Qt!b0#-"
    "~=SIp=ast&g*N6q(d>pIJIB(_5tsPxIj<jT{HK8oNLr%7!McSC%L;joZoktnm}qt3jNH6qt<Egy4mBTF+a3AV_D+j9x<"
    "AzFor#qFA_-g2?ci5mMw$x=CbY4y5yPib@ukYWYw&(Z&5iC80(zs-"
    ")bgwuJIF?nh;6m)7r@H7YpXhF|&I0skb)s|6AY^fV_Dd#N^MpA_ggde^q%}8Xv_KKdt^rR7ZKnc$T_w?LU&A920g8@{m"
    "5&+SD{6X&N3+mN?7mq_kBA53F3jswyx;>Xc`SmcGM{z4-"
    "ZWN0lYX8dmney>1G%r0OSgjQC^yB0QJ}O?Us7{^CRu6EXYJpp{(Ap-"
    "Y8ukwZm&B^vx)lspjjUFvPVoT(Fb$t}uc0K}&Jc0?m~<KOsruK+e|6&ngB2jymuHEx{{4g&4be4hCdga+;iXLxWpf;Pg"
    "VweqJ@79TSwb(9<4EGX=DJ1InAG7vJ29}K5rd(LP)P37`pLK9EQTW8(^QCHm5e<=8O&)7fNN6*dBd7&E2+0jUu4oQ8eZ"
    "?7l~lI7j?+`j-"
    "#OH)Gg4|o^gS?eYy*2r*!wUYG_t6@sx61|`C{JA&j%4XMr<*X55jgYd*y!!5TQvRF%jW5Y&!0)y6K#R+P8m6yePUBoxk"
    "3~_0=_^o4B$b|1?c8?6Oazk>;_1FpeBUrV~ewnkv%0>YWI1KI>^MhWA({v4Adzb?GA$mx}?X-"
    "~Ys7{YH&vH)T~5fv}$NPmLvuC$s1Im#(MCg6n~_^i(w<C#|A%HA1FFWON<8B~lKlS#?-"
    "NCdPo%RdmkB`0Tu%>7!QIoI=rB@IrGUrxg3F;&htm%z$`oFNpl7E4+m+I)5cR10J#U0##o0!LMi{_pgx-tL0m%=z9pNG"
    "Bd3rXazHec0Q9#Z!fyB`Jzu?o1Efl4JOqGE5M_K<S5-"
    "<qzJxtJk7}&+80;z_KV;BVtK#!K+}1nui8N)fM`vPqr6A)PaE$uhur|>)AITg+9fv}`(K-"
    "mNe+=SuTiMw8l1#Hf2LAP4Q+?n#~g}-"
    "m{OyE$)87POu2{~4cKu>QA^kU>k=?J6^+qUu$cg1ySo8nxUNH2tjKo|8M@R;I!?N$k#boc%Xli!mFzxErvbDagEfnUxc"
    "H?<KO7+4wzvlg)KsH4?>qZbceO!=h(-1heIKKLaM#D45|W5EBZ2!)-"
    "84^A!ATdvBy~*x57r6`!?~0;7#1Po0tXl;FEKrHc7A|`hNi{Q*4hORBPJ(5N`i)$wYk&U?h+Ff7a$`fIbm^fdxn>!r?b"
    "NM0|pNi9V96{L`Y<6dw+|PldQwv;_LYO{{R305+O8A"
)
