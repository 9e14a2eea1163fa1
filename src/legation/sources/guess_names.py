"""How people and tools name the columns of posts, in the languages of those who use them.

Names are compared folded: without case, accents and whatever is no letter. The lists are
short on purpose: a name that stands in none of them is guessed by its words and values.
"""

import re
from typing import Final
from unicodedata import combining, normalize

from legation.store.reading.mapping import Column

# Letters that no decomposition folds, and signs that stand inside a word.
_LETTERS: Final = str.maketrans({"\u0131": "i", "ł": "l", "'": "", "\u2019": "", "\u02bc": ""})
_TURNS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD: Final = re.compile(r"[^\W\d_]+")


def folded(name: str) -> str:
    """Return the letters of a name, without case and accents.

    >>> folded("Réseau_1"), folded("J'aime")
    ('reseau', 'jaime')
    """
    return "".join(_WORD.findall(_plain(name)))


def words_of(name: str) -> list[str]:
    """Return the words of a name, folded.

    >>> words_of("postedBy"), words_of("Body of msg")
    (['posted', 'by'], ['body', 'of', 'msg'])
    """
    return _WORD.findall(_plain(_TURNS.sub(" ", name)))


def _plain(text: str) -> str:
    parts = normalize("NFKD", text.translate(_LETTERS).casefold())
    return "".join(sign for sign in parts if not combining(sign)).translate(_LETTERS)


# In the order of the lists: English, then fr, es, de, it, pt, ru, uk, pl, tr, ar, zh.
_NAMES: Final[dict[Column, str]] = {
    "post_id": (
        "postid tweetid messageid statusid contentid idstr id uri "
        "identifiant kennung идентификатор ідентифікатор المعرف معرف 编号"
    ),
    "account_id": (
        "accountid userid authorid useridstr author username user account screenname handle "
        "authorhandle userhandle authorusername fromid from who postedby writtenby poster sender "
        "auteur auteure compte utilisateur nomdutilisateur pseudo expediteur publiepar "
        "autor autora cuenta usuario nombredeusuario remitente publicadopor "
        "autorin verfasser konto benutzer benutzername nutzer absender nutzername "
        "autore utente account nomeutente mittente conta nomedeusuario utilizador perfil "
        "автор пользователь аккаунт имяпользователя отправитель користувач акаунт обліковийзапис "
        "uzytkownik nazwauzytkownika nadawca yazar kullanici kullaniciadi hesap gonderen "
        "الكاتب المؤلف الحساب المستخدم حساب اسمالمستخدم الناشر "
        "作者 用户 账号 账户 用户名 发布者 作者名"
    ),
    "time": (
        "createdat timestamp tweettime timestampshare publisheddate publishdate creationtime "
        "datetime published posted date time created postedat postedon "
        "publishedat dateandtime dateposted timeposted postdate posttime "
        "dateheure datedepublication dateetheure heure horodatage publiele datedecreation "
        "fecha fechayhora hora fechadepublicacion publicado "
        "datum zeit zeitpunkt uhrzeit datumundzeit veroffentlicht veroffentlichtam erstelltam "
        "data ora dataeora datadipubblicazione pubblicato datahora datadepublicacao dataehora "
        "дата время датаивремя датапубликации опубликовано час датаічас датапублікації "
        "czas dataigodzina datapublikacji godzina tarih zaman saat tarihsaat yayintarihi "
        "التاريخ تاريخ الوقت وقت تاريخالنشر وقتالنشر "
        "时间 日期 发布时间 发布日期 创建时间 發布時間 時間"
    ),
    "text": (
        "text fulltext message content body tweettext caption messagetext posttext msg bodyofmsg "
        "post tweet texte contenu message corps publication textedumessage "
        "texto mensaje contenido cuerpo publicacion nachricht inhalt beitrag wortlaut "
        "testo messaggio contenuto mensagem conteudo publicacao "
        "текст сообщение содержание пост публикация текстпоста повідомлення зміст допис "
        "tekst tresc wiadomosc wpis metin mesaj icerik gonderi "
        "النص نص الرسالة المحتوى المنشور محتوى نصالمنشور 内容 文本 正文 消息 帖子内容 內容"
    ),
    "lang": (
        "lang language tweetlanguage langue idioma lengua sprache lingua язык мова jezyk dil "
        "اللغة لغة 语言 語言"
    ),
    "urls": (
        "urls url links link expandedurls lien liens enlace enlaces verweis collegamento "
        "ссылка ссылки посилання odnosnik baglanti الرابط رابط الروابط 链接 網址 网址"
    ),
    "hashtags": "hashtags tags hashtag motscles хештеги хэштеги etiquetas الوسوم 标签",
    "mentions": "mentions usermentions menciones erwahnungen menzioni mencoes упоминания 提及",
    "image_hashes": "imagehashes imagehash phash",
    "is_repost": (
        "isrepost isretweet retweet reblogged repost partage republication esrepost "
        "репост estunpartage إعادةنشر 转发 是否转发"
    ),
    "repost_key": "repostkey repostid retweetid retweettweetid retweetedid",
    "reply_to": (
        "replyto replyid inreplytoid inreplytotweetid parentid reponsea enreponsea respuestaa "
        "antwortauf rispostaa respostaa ответна відповідьна odpowiedzna ردعلى 回复"
    ),
    "platform": (
        "platform network socialnetwork site source reseau reseausocial plateforme site "
        "red redsocial plataforma netzwerk plattform sozialesnetzwerk rete retesociale "
        "piattaforma rede redesocial fuente quelle fonte платформа сеть соцсеть источник "
        "мережа соцмережа джерело siec platforma zrodlo ag platform kaynak "
        "المنصة الشبكة المصدر منصة 平台 来源 網絡 网络"
    ),
}
NAMES: Final[dict[Column, tuple[str, ...]]] = {
    ours: tuple(dict.fromkeys(map(folded, names.split()))) for ours, names in _NAMES.items()
}
# Names of a platform that as often mean something else: their values are asked too.
_LOOSE: Final = "source site fuente quelle fonte источник джерело zrodlo kaynak المصدر 来源 ag"
LOOSE: Final = frozenset(map(folded, _LOOSE.split()))
# What counts or rates a post is no part of it, whatever its values look like.
_COUNTS: Final = (
    "likes like likecount favorites favourites shares sharecount retweets reposts replies comments "
    "views reach followers jaime mentionsjaime partages vues commentaires reponses abonnes "
    "megusta compartidos vistas seguidores gefalltmir aufrufe mipiace condivisioni curtidas "
    "лайки нравится просмотры репосты вподобання перегляди polubienia wyswietlenia begeni "
    "begeniler goruntulenme الإعجابات إعجاب المشاهدات 点赞 点赞数 浏览量 转发数 评论数 "
    "sentiment tonalite tonality topic theme category type country city"
)
COUNTS: Final = frozenset(map(folded, _COUNTS.split()))

# Words of a column's name, the most telling first, and words beside which they mean another.
WORDS: Final[dict[Column, tuple[str, ...]]] = {
    "account_id": (
        "handle", "username", "screenname", "author", "user", "account", "sender", "poster",
        "who", "from", "by", "auteur", "utilisateur", "compte", "autor", "usuario", "cuenta",
        "benutzer", "utente", "автор", "пользователь", "користувач", "kullanici", "yazar",
    ),
    "time": (
        "posted", "published", "created", "timestamp", "date", "time", "sent", "when", "heure",
        "fecha", "hora", "datum", "zeit", "data", "дата", "время", "tarih", "zaman", "تاريخ",
        "وقت",
    ),
    "post_id": ("postid", "id", "permalink", "link", "url", "lien", "enlace", "ссылка"),
    "text": (
        "text", "message", "content", "body", "msg", "tweet", "post", "caption", "comment",
        "texte", "contenu", "texto", "mensaje", "inhalt", "nachricht", "testo", "текст",
        "сообщение", "tekst", "tresc", "metin", "نص",
    ),
}  # fmt: skip
# Words of columns that hold a name of the author beside the account.
NAMING: Final = frozenset({
    "name", "nick", "nickname", "display", "full", "profile", "channel", "page", "nom", "pseudo",
    "nombre", "nome", "anzeigename", "имя", "ник", "isim", "ad", "اسم",
})  # fmt: skip
# Words beside which it is no name of theirs.
NAMED_OTHERWISE: Final = frozenset({
    "followers", "following", "count", "verified", "bio", "description", "location", "language",
    "created", "joined", "type", "image", "picture", "file", "reply", "parent", "mention",
    "mentions", "country", "city", "topic", "campaign", "lang",
})  # fmt: skip
OTHERS: Final[dict[Column, frozenset[str]]] = {
    "account_id": frozenset({
        "display", "full", "first", "last", "followers", "following", "count", "verified", "bio",
        "description", "location", "language", "url", "link", "created", "joined", "type", "image",
        "langue", "idioma", "sprache", "abonnes", "inscription",
    }),
    "time": frozenset({
        "zone", "joined", "updated", "edited", "modified", "collected", "retrieved", "user",
        "author", "inscription", "collecte", "auteur", "autor", "автора",
    }),
    "post_id": frozenset({
        "user", "author", "account", "profile", "parent", "reply", "image", "picture", "media",
        "auteur", "profil", "autor", "автора",
    }),
    "text": frozenset({
        "id", "url", "link", "type", "count", "language", "author", "user", "date", "time",
        "langue", "idioma", "sprache", "lien", "auteur", "autor", "fecha", "datum", "язык",
        "дата", "number", "likes", "views",
    }),
}  # fmt: skip
