"""Published answers that the self-test demands of the primitives.

Each comes from the document named beside it, not from the library under test. The
ML-DSA-65 signature is long, so it is written in base 85; its public key follows
from the seed.
"""

import base64

# RFC 8032, section 7.1, TEST 2.
ED25519_SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
ED25519_PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
ED25519_MESSAGE = bytes.fromhex("72")
ED25519_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)

# RFC 4231, section 4.3, test case 2.
HMAC_KEY = b"Jefe"
HMAC_MESSAGE = b"what do ya want for nothing?"
HMAC_TAG = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")

# Argon2's reference implementation (P-H-C/phc-winner-argon2, src/test.c), Argon2id
# version 19: 2 passes, 256 KiB, 1 lane. RFC 9106's own vector stands in the tests, as
# it takes a secret and associated data that the key file does not use.
ARGON2_PASSWORD = b"password"
ARGON2_SALT = b"somesalt"
ARGON2_KEY = bytes.fromhex("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe")

# Project Wycheproof, aes_gcm_test.json, tcId 91.
AES_GCM_KEY = bytes.fromhex("92ace3e348cd821092cd921aa3546374299ab46209691bc28b8752d17f123c20")
AES_GCM_NONCE = bytes.fromhex("00112233445566778899aabb")
AES_GCM_DATA = bytes.fromhex("00000000ffffffff")
AES_GCM_PLAINTEXT = bytes.fromhex("00010203040506070809")
AES_GCM_CIPHERTEXT = bytes.fromhex("e27abdd2d2a53d2f136b9a4a2579529301bcfb71c78d4060f52c")

# Project Wycheproof, c2sp_chunked_encryption_aes_256_gcm_test.json, tcId 9; the vector
# gives the message as its length and SHA-512.
COBBLESTONE_KEY = b"YELLOW SUBMARINE YELLOW SUBMARIN"
COBBLESTONE_CONTEXT = b"test context"
COBBLESTONE_CIPHERTEXT = bytes.fromhex(
    "dbedaefc1c35dc6c0f22b743b03e488747166a51f33479e7ceb8b7e11cc0d2710f624a127501bc4a"
    "ea7d0af6f83cfe359b9e69415aa537f36adf86eb35b070475baa039bb7791432adbca49578bbd3"
)
COBBLESTONE_PLAINTEXT = b"chunked"

# Project Wycheproof, mldsa_65_sign_seed_test.json, tcId 3 (deterministic FIPS 204).
ML_DSA_SEED = bytes.fromhex("2a" * 32)
ML_DSA_PUBLIC_SHA256 = bytes.fromhex(
    "b7acce2ddb11f8cc1aa46e2bafac6eacfa2b732ef192bd636ad8d3a56d649c66"
)
ML_DSA_MESSAGE = b"Hello world"
ML_DSA_CONTEXT = b"Context"
ML_DSA_SIGNATURE = base64.b85decode(
    b"Iv);+`f}un;>5vVdk-S515r06W(^+K%$jS1SOQ0(0slov4ojq)AL~2bMwKBs)8W%ieV`IfkNO3@8EK2<fBV(KK_3"
    b"C2ScsU<O7gSw;r)Z?zWxJ%ZIOnaw3f)un3rMNagg9P>nqVpkDeJ_TDYOIu^rWF35*_o#?=UgYV4S|NKoOqG++yhe"
    b"KXFb_n3Ffn-o%_`}O__WgLUTxn-`jmZGHXtkm}NomS1{OfQ+j@U=)#5+L<cp{*3g*r{;Q&26jHHDzdG9U{jKyRsd"
    b"tVZjJ?<4>{;KLIZ6m2BLe*c_PRfeayy`{CYjobJioF0xq-G5(lU_@U8AN%`MVAibraIWN}Dlj7**_zr6@^j@1lpP"
    b"nTe45F%vxs#OX84o-xy&Kwhw4a*Dhv&}k!!ygood^de&o?(yt>4i<)F4k1z<MG6D&^G^@AhQCu1A3M)cAUUe#Soj"
    b"366akVk0MSMP%>YS40BGbCA-_a`bpr0r-)1_S1)Gw#Rrlay<HG)Gjqv2XHy=kF#U8d>2o*4|o8ADJC;e!An&AlVP"
    b"dNvY*^nkeqdYmih9*IR*4gK0u*rlCb_zn(53oN3ZVN10-azcDA9fr;YUeYqw?NaB&wa?<;KtTbfaD9T6K~(55-Sx"
    b"&uvIYfKbv2bwew<vyIO=Xj}=&a%^=FfRsRm+r>)Uw2wwfIkqg10Bmg?6SN`IrMnN{kd)h6WQvJ?kv=6r~O6vj*K{"
    b">J_h_-EMi9prQYDs3(c2mk9Ff*fXeJuG5=2ZyK`K=fBfiTknZv_NU@S~X)AS$x*g}HY-6Q^737aw5_n0+S<!`%ig"
    b"OPiDJLKU=1Ce0N~uI`qL(v{1f~ns_(3;#stC*t6l<qyUb@_OTJo^7mukyY-iZ)Fe}#0J*g0G24Ip+E-3AjE<v3f2"
    b"Vu5L%NJ@W|hZW!7KEn-EBiT+37FVJ~c$Re&{B$4A0r*Jy{kZx-dwkk2dJgSm*?C$k%$^d#(3?$h&B@$9(z=2r9}1"
    b"u4|1xteBL<KGgybn}^tHJx5N&d%IK}pHKS`$vmxi+|r>F=TuMDIQnHk_@U$Rxmr}V04DVeK;p_`p`oaA`7Nh?UGK"
    b"DoW*ZhT&$h&=;Hd!QVOoJ@I&c3T*;5fNPiksZ3FR$-6;Yorfe=xf3*+DxO+=>FuJ8ezl*eU;C7d@!frZ4eT{uQno"
    b"Lo#A#}JJ~4T47tpHFe#i-NcV!TNO4ta4#YKp8SiRCPNU!{E|<p?``bFPNH-;UN9%groE>N(BcK*TE*|Py{R5l(t>"
    b"c%eHVbD+GSbCeQWzk>%jS#UyQb>67@F?vcoSm#D42uNqW*{Chq&25t!hCwx3h?|iwP6*`=l+<dCI^_2NpKB<-DeQ"
    b"M1~CAo?o2Te+T6x=}8*htQ=})-rrhJflsAQxmaubv8L3ap=PlMO(?06QD>}7@_FdeB~{;7&$^4=B@~0%vaaxo7!U"
    b"VO+`JpYA)f*M@;!I_+#Nyd=7a2(r&>pZlv6cxXK?m9UjPlILY0MBweB}u92TJo)QH%zeXk@?^Ii(zkL<xYzl~o}@"
    b"!6rxbBe>e9+9KG+xMJn%$f=75xkeD1~0_q;lk&ZBpt*gfz#ZHvmGNh=+AO|L)|$$w>WVQ_y3ks9oZ}75b~ABWvC<"
    b"Jm`-EGG}Z7xbvG65?o2-nc+EzRxiTu~)vA)Xi?MPDEYN{SsL}}19jt-y%u#I!`M|dceUZO&y59twVhB?x<458Q)~"
    b"qJROXVjYM`59C=?=-oiz{)-m_SYx5%HnL#-{wgCJwXXCDHc*GPU#?Cz}W-5&%<2{C$dQmI}fD@3TGVJl4E$PVLz4"
    b"lXQn;TWM)^rxj##lYM+J6?w$vF&7GL5S>sMR+HJ=>Lhp{IUn2`tfZ3g2xrq`d2^DlP})cpQn+t2JJOf7pv}%8D1Q"
    b"#-5u4#j1?*LY7ijO5)d4V;TxfUhjgjI08U4QZ$PV}UIcT8Q7sFKWalDM)O=-wVZii|n9%2d)e3hM`#yGPrSTb7^-"
    b"O2m)X5sV^?a8x>E6_2gB2`huyjf{jvBE80&#ThFlt@8)s8)$Mq0IsYjY{L-f*r|XN6Kq(N(%X!%jN85vWt919i)d"
    b"t%=3qL8WrlwW0Eu-#ASV4Oqgp1NaqslQ1UK4XtHwMoHVvN>{f=_rJ(t}C6PF`*=NtAXuwQJWqU2+6FW>t6nJ;wfY"
    b"n%w39Abk*+;fjO0Pp;8ys_laDOn7Ga3bhtHc}hNGLw4ORxc?NH*SM=5Fs~uuX!kGQ>8U+@KQQRX~^IljnXLCalo|"
    b"wPd#F6F?HK$<4(s>VTD6cG14F%ZGR&SFP&bD(1$dw44JSXKB8hLgx5fj9P7Blz)>PG8;wQG=eOJBS4IIzvCcCag{"
    b"eVALgOSsPjgA^-`VHm*J9yFidf8kwo6T`|h!B*FyRiL=FPYu1FSXpQ^Gf>=qzY-(76$W0cC;-(6s<{#+fqH<0A1i"
    b"_MyZ_SCA5Sv1%SK-k)2Eaqek>jw_z14&1qlrww*Fm=J9CVG{~Ah+vZDys4aHt>}K`k+J3%sKMTe!L14_(tQ8y-`b"
    b"(T`ES~>vw`9@&=TcT_-0xo9E%aJblTyuZP8rHT2JAS@ex3%zm-JP{(bB?bex<>N_q}hJ{vjfE4N&;fxX6VZ~%N$|"
    b"}ZUU}Ig9dUDNhfA!@va71^%pI3-T8E!EXX@n?7SdZ(|qAAd{`~;<hjhM<+!<lY0(iKkrbEZE9Euqf0E6s#Wt%^!T"
    b"M$B)NvI3h<EQ)2)wFYx$j(WW2@Kn_SMYlw_5H*s#w17)QZX16|5QINmx>_{lv2zLQD114)nD)XT0#0>;Hhn%`gL8"
    b"iNNkl_@oklE__8fIeh<fDZ@zT~rm(sWXj)+?D4vvb_*_gQ@rc_~QX5^BiCqnZX@9&Y{KQ28cm!zR95PI27q1I03#"
    b"(xf+^{U$A?)54n>*GQhoV=}8OwksF;Af7b$s5aOCyL~z&Q@gOo`%CCJiV`hB^IiJM^yGnJk?d0NT(8YvtLj;$V|?"
    b"}{TC|<`K&-xI#dOo?Q-{is*P4;S%&O~XXlJ9_ir=hNws0Qcl=$h$3tf|q-j<MduAWdUHTGF!vSU0p-qw%=Ug!~%H"
    b"pS}`biC~FQ-KSJS}wCKG8k7C-mH0{e^6Gi#d^8&$gAx6~pXbGFR+4pxycu0mD*!qH)Mp@~{uY^h6f-qlc>D=!~Kg"
    b"*cxk0q2?SO(tw^p=Ze_-7Ym`_u{iKy{pK#W%;M{c<TSH?)a!V-S&--U(i<|g&z;48*|cxls;?yzlNG6y8PCd=I~l"
    b"|LDI>r^zeCK%6nsCIHlbpo0aETj@BL~zDN;Rm+_6e<w5w4o{SlZBFu&Jx1n$5^)eBi8;w|qCgF~K8118y`4pYQ8m"
    b")yS>0Z)MI!nSXw1X_zgD}S+qv^%)%ZB~_Nb0;IP_keoGo3?iIQXwUeu_!zD!gaETFDznPei9M0fkjN<M5E}YG)Ru"
    b"lapwG3xJGEIbVCBTpkcLVOxn?4!rAX&1BIE4p8zl3oPwHb=ugsnjN6YgfMg*F81jLM;M<{vHQ9LYsHhcu)ueaZem"
    b"szxRIZ3%2&P`W!|Oi=xSXOI!<ZcgPoZA{vCe=REKyqXDU46mm!4{69PFH>1a@~ibzhc8gO}Z=UAg=+vKDRZ13R>D"
    b"y3p<Y1M|g0;Y7h*y~>+|^26}eHGHcPfJZEHWHEa&n$-=xM{AE|Mc8g$Ih^(vbYT=6;^a8nF#w>w`Bx@vmss}$m=_"
    b"cqs|!A&G{YBFN*gc;9_psd^FV4UJ~+@fZ7fj#1LttQkjy)=z*_06RBj>F@ygYt-&<2?M~US$@|Zi{LBEnj*;!7An"
    b"lA5(WO$nnGJQKppkgWi4oKE%%DrT_(5|kunFVp;b;AN`br4{Kvn|o{H4%q=d-so|6(l`bM?gfn(j0d_Ilo9@ntSY"
    b"vRk=~Op9y@dX?S3=3<<i;=cVWcM|9hbrAI=;B4qX=My(k|z7z5H$X0<4k_GyW*O&X$-taXLe}(EWoE2s8?jOP964"
    b"1YOI_+wUcLdm>vgn5cQ66r@j2Epl%E@ZZ(+0@EjlaPxBrR{HEKX7S^vydnA6HaQHy_{c_QKVx*Q1W{tM2ol1FEO3"
    b"ZB4wW4Bm%~?rcUvorcCtb7v5f=~jHm2l?~Ooy7r%fKe7=Ai~)R74ME-v}_CqzWsV*%Q*Gvw5anWgV~t2f4Xx%c!<"
    b"U+b6Nc|c^mDhAAXFr*zN@qOJr@d>+T*$e1^Nd$l3B09htc1@bWTHWS^?r=j|p!P+fe9k(<E)00000000064i_FKF"
    b"8"
)
