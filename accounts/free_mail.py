"""Domains where anybody has a mailbox: an address there names a person, never a company."""

FREE_MAIL = frozenset(
    """
    126.com 163.com 1and1.com 21cn.com 9online.fr abv.bg aim.com alice.it aliyun.com aol.co.uk aol.com aol.de aol.fr
    arcor.de att.net azet.sk bell.net bellsouth.net bigpond.com bigpond.net.au blueyonder.co.uk bluewin.ch bol.com.br
    btinternet.com centrum.cz centrum.sk centurylink.net charter.net comcast.net cox.net daum.net duck.com
    earthlink.net email.com email.cz email.de eircom.net fastmail.com fastmail.fm fastwebnet.it foxmail.com free.fr
    freemail.hu freenet.de frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net googlemail.com
    hanmail.net hey.com home.nl hotmail.be hotmail.ch hotmail.co.jp hotmail.co.uk hotmail.com hotmail.com.au
    hotmail.com.br hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hotmail.se hushmail.com iafrica.com
    icloud.com ig.com.br inbox.com inbox.lv inbox.ru interia.pl juno.com kpnmail.nl laposte.net libero.it live.at
    live.be live.ca live.ch live.co.uk live.co.za live.com live.com.au live.com.mx live.com.pt live.de live.dk live.fr
    live.ie live.it live.nl live.no live.se lycos.com mac.com mail.bg mail.com mail.de mail.ee mail.ru mailbox.org
    mailfence.com me.com msn.com mweb.co.za naver.com netscape.net netzero.net neuf.fr ntlworld.com o2.pl online.de
    online.no onet.pl optonline.net optusnet.com.au orange.fr outlook.at outlook.be outlook.cl outlook.co.nz
    outlook.com outlook.com.ar outlook.com.au outlook.com.br outlook.cz outlook.de outlook.dk outlook.es outlook.fr
    outlook.ie outlook.in outlook.it outlook.jp outlook.pt outlook.sa outlook.sk pacbell.net planet.nl pm.me posta.com
    posteo.de protonmail.ch protonmail.com proton.me qq.com rambler.ru rediffmail.com rocketmail.com rogers.com
    runbox.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.cn sina.com skynet.be sky.com sohu.com suddenlink.net
    sympatico.ca t-online.de talktalk.net tele2.nl telefonica.net telenet.be telia.com telus.net terra.com.br terra.es
    tiscali.co.uk tiscali.it tuta.com tutanota.com ukr.net unitybox.de uol.com.br usa.net verizon.net videotron.ca
    virgilio.it virgin.net virginmedia.com vodafone.de walla.co.il wanadoo.fr web.de windowslive.com windstream.net
    wp.pl xs4all.nl xtra.co.nz ya.ru yahoo.ca yahoo.cn yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz
    yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.hk yahoo.com.mx yahoo.com.ph yahoo.com.sg
    yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.de yahoo.dk yahoo.es yahoo.fr yahoo.gr yahoo.ie yahoo.in yahoo.it
    yahoo.no yahoo.pl yahoo.ro yahoo.se yandex.com yandex.ru yeah.net ymail.com zoho.com zohomail.com ziggo.nl
    """.split()
)
