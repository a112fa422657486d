"""How anybody checks a package, in both languages; it lies in every package. Pure."""

from hub.footage.verify import grouped

NAMES = ("VERIFY.txt", "校验说明.txt")

_EN = """\
HOW TO CHECK THIS PACKAGE ({release})

It came as one file, which ends in .tar: unpack it with  tar -xf THE-FILE.tar  and go into the folder {release}. All
commands below are typed there. A file that ends in .tar.age is encrypted; whoever has the key opens it first with
  age -d -i KEYFILE -o {release}.tar THE-FILE.tar.age

What lies in the folder
  data/original/    the recordings, bit for bit as the site keeps them
  data/recorder/    footage as a recorder handed it over, where there is any
  data/copy/        a playable copy with the number of the release on it, where one was ordered; never the evidence
  data/custody.html the chain of custody, to be read and printed (custody.json: the same for programs)
  data/seals.json   the proof of every original: the way to the record of the site's journal that sealed it
  manifest-sha256.txt, tagmanifest-sha256.txt, tagmanifest-sha256.txt.sig, signing-key.pem

1. The key. Its fingerprint is
     {key}
   Compare it with the one on the receipt, or ask the site by telephone. Whoever changes a package can sign it anew with
   a key of their own: only the comparison shows that.

2. With the small program that lies here (Python 3.9 or later, nothing else). Better take verify.py from the site or
   from an older package: whoever changes a package could change this file, too.
     python3 verify.py . --key {plain}
   On Windows write  py  for  python3 . It says what was changed, is missing or was added. Exit code 0: all is well.
   It takes the .tar file in place of the dot as well.

3. Or with openssl (3.0 or later) and sha256sum, which Linux systems have:
     openssl pkey -pubin -in signing-key.pem -outform DER | sha256sum
     openssl pkeyutl -verify -rawin -pubin -inkey signing-key.pem \\
       -in tagmanifest-sha256.txt -sigfile tagmanifest-sha256.txt.sig
     sha256sum -c tagmanifest-sha256.txt
     sha256sum -c manifest-sha256.txt
   The first shows the fingerprint, the second must say that the signature is verified, the others OK for every file.
   They do not tell files that were added: compare with the lists.

The layout is BagIt (RFC 8493); the signature is Ed25519 (RFC 8032); the seals are Merkle trees (RFC 6962, section 2.1).
"""

_ZH = """\
如何校验本调取包（{release}）

调取包是一个以 .tar 结尾的文件：用  tar -xf 文件名.tar  解开，进入文件夹 {release}，以下命令均在其中输入。
以 .tar.age 结尾的文件已加密，请持有密钥者先解密：
  age -d -i 密钥文件 -o {release}.tar 文件名.tar.age

文件夹内容
  data/original/    原始录像，与站点保存的逐位一致
  data/recorder/    从录像机取回的录像（如有）
  data/copy/        带调取编号水印的可播放副本（如有）；副本不是证据
  data/custody.html 保管链，可阅读和打印（custody.json 供程序读取）
  data/seals.json   每段原始录像的证明：通向站点日志封存记录的路径
  manifest-sha256.txt、tagmanifest-sha256.txt、tagmanifest-sha256.txt.sig、signing-key.pem

1. 公钥。指纹为
     {key}
   请与回执上的指纹核对，或电话询问站点。篡改者可以用自己的密钥重新签名，只有核对指纹才能发现。

2. 用随附的小程序（Python 3.9 或更高版本，无需其他）。最好使用站点提供的或以前调取包中的 verify.py，
   因为篡改者也可能改动此文件。
     python3 verify.py . --key {plain} --zh
   在 Windows 上用  py  代替  python3 。程序会指出哪些文件被更改、缺失或加入。退出码 0 表示一切正常。
   也可以用 .tar 文件代替其中的点。

3. 或者用 Linux 系统自带的 openssl（3.0 或更高版本）和 sha256sum：
     openssl pkey -pubin -in signing-key.pem -outform DER | sha256sum
     openssl pkeyutl -verify -rawin -pubin -inkey signing-key.pem \\
       -in tagmanifest-sha256.txt -sigfile tagmanifest-sha256.txt.sig
     sha256sum -c tagmanifest-sha256.txt
     sha256sum -c manifest-sha256.txt
   第一条显示指纹，第二条应报告签名有效，其余应对每个文件显示 OK（或“成功”）。
   这些工具不会指出后来加入的文件，请与清单比较。

结构为 BagIt（RFC 8493）；签名为 Ed25519（RFC 8032）；封存为 Merkle 树（RFC 6962 第 2.1 节）。
"""


def instructions(release: str, fingerprint: str) -> dict[str, str]:
    """Text by the name of its file."""
    return {
        name: text.format(release=release, key=grouped(fingerprint), plain=fingerprint)
        for name, text in zip(NAMES, (_EN, _ZH), strict=True)
    }
