using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace EmailRouting.Server.Tests.Unchanged;

/// <summary>Messages as the world sends them and as only a hostile sender would: all that SMTP can carry, well-formed or not.</summary>
internal static class Corpus
{
    private const int Seed = 5321;

    private static readonly (string Name, string Text)[] Headers =
    [
        ("no header", ""),
        ("common header", "Received: from a.example by b.example; Tue, 24 Nov 2026 00:00:00 +0000\r\nFrom: A <a@sender.example>\r\nTo: hello@router.test\r\nSubject: hello\r\nDate: Tue, 24 Nov 2026 00:00:00 +0000\r\nMessage-ID: <1@sender.example>\r\n"),
        ("header out of order", "X-Last: 1\r\nSubject: late\r\nMIME-Version: 1.0\r\nReceived: from x by y\r\nDate: whenever\r\nFrom: a@sender.example\r\nReceived: from z by x\r\n"),
        ("Bcc, Content-Length, Return-Path, Status", "Return-Path: <other@sender.example>\r\nBcc: secret@sender.example\r\nContent-Length: 3\r\nStatus: RO\r\nX-Mozilla-Keys:\r\nFrom: a@sender.example\r\n"),
        ("doubled fields", "From: a@sender.example\r\nFrom: b@sender.example\r\nSubject: 1\r\nSubject: 2\r\nMessage-ID: <a@b>\r\nMessage-ID: <c@d>\r\n"),
        ("malformed fields", "no colon here\r\n: no name\r\nSpace In Name: x\r\nEmpty:\r\nTight:x\r\nSpaced : x\r\n=?utf-8?q?broken: x\r\n"),
        ("folded fields", "Subject: one\r\n two\r\n\tthree\r\n \r\n  four\r\nTo:\r\n hello@router.test\r\nX-Tabs:\t\tx\t\r\n"),
        ("header that begins with a fold", " folded onto nothing\r\nSubject: x\r\n"),
        ("mbox line first", "From a@sender.example Tue Nov 24 00:00:00 2026\r\nFrom: a@sender.example\r\n>From: b\r\n"),
        ("raw UTF-8 in header", "From: Jörg Größe <a@sender.example>\r\nSubject: 你好 ✉ здравствуйте\r\nX-Ünïcode: x\r\n"),
        ("trailing spaces", "Subject: x   \r\nFrom: a@sender.example \t \r\n"),
        ("dots in header", ".Subject: x\r\n..\r\n...Hidden: y\r\n"),
        ("controls in header", "Subject: a\u0001b\u0007c\u001b[31m\u007f\r\n\u0008: x\r\n"),
        ("MIME", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"==x\"\r\nContent-Transfer-Encoding: 8bit\r\n"),
    ];

    private static readonly (string Name, string Text)[] Bodies =
    [
        ("no body", ""),
        ("blank line and nothing", "\r\n"),
        ("one line", "\r\nhello\r\n"),
        ("only blank lines", "\r\n\r\n\r\n\r\n"),
        ("leading dots", "\r\n.one\r\n..two\r\n...three\r\n. \r\n.\t\r\na.\r\n"),
        ("lines of only dots", "\r\n.\r\n..\r\n...\r\n....\r\n.....\r\n.\r\n"),
        ("From_ lines", "\r\nFrom here on\r\n>From here\r\n>>From\r\nFROM x\r\n"),
        ("trailing white space", "\r\na \r\nb\t\r\n \r\n\t\r\n-- \r\n"),
        ("raw UTF-8", "\r\nGrüße, 你好, ☃, 𝄞\r\n\ufeff\r\n"),
        ("unclosed parts", "\r\npreamble\r\n--==x\r\nContent-Type: text/plain\r\n\r\na\r\n--==x\r\n--==y\r\n\r\nb\r\n"),
        ("SMTP commands", "\r\nQUIT\r\nRSET\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\n250 OK\r\n"),
        ("a line of 998, of 999 and of 5000", $"\r\n{new string('a', 998)}\r\n{new string('b', 999)}\r\n{new string('c', 5000)}\r\n"),
    ];

    /// <summary>The same ones every time.</summary>
    public static IReadOnlyList<CorpusMessage> All { get; } = [.. Combined(), .. Octets(), .. Large(), .. Random(160), .. SignedMail.Corpus()];

    /// <summary>Every so many, the first of each kind among them.</summary>
    public static IReadOnlyList<CorpusMessage> Sample { get; } = [.. All.Where((message, i) => i % 5 == 0 && message.Content.Length < 4_000_000)];

    private static IEnumerable<CorpusMessage> Combined() =>
        from header in Headers
        from body in Bodies
        select new CorpusMessage($"{header.Name} + {body.Name}", Encoding.UTF8.GetBytes(header.Text + body.Text));

    private static IEnumerable<CorpusMessage> Octets()
    {
        byte[] latin1 = [.. Enumerable.Range(1, 255).Where(octet => octet is not ('\r' or '\n')).Select(octet => (byte)octet)];
        yield return new CorpusMessage("every octet but NUL, CR and LF", [.. "Subject: x\r\n\r\n"u8, .. latin1, .. "\r\n"u8]);
        yield return new CorpusMessage("raw Latin-1 in header", [.. Encoding.Latin1.GetBytes("Subject: Grüße\r\nFrom: J\u00f6rg <a@sender.example>\r\n\r\nÄÖÜ\r\n")]);
        yield return new CorpusMessage("invalid UTF-8", [.. "Subject: "u8, 0xC3, 0x28, 0xFF, 0xFE, 0xED, 0xA0, 0x80, .. "\r\n\r\n"u8, 0xF8, 0x88, .. "\r\n"u8]);
        foreach (byte octet in latin1.Where(octet => octet is < 32 or > 126))
        {
            yield return new CorpusMessage($"octet {octet:x2} alone on a line, after a dot and before the end", [octet, .. "\r\n"u8, (byte)'.', octet, .. "\r\n."u8, octet, .. "\r\n"u8]);
        }
    }

    private static IEnumerable<CorpusMessage> Large()
    {
        var random = new Random(Seed);
        foreach (int size in (int[])[4095, 4096, 65_535, 65_536, 262_143, 262_144, 262_145])
        {
            yield return new CorpusMessage("at a buffer's edge", [.. "Subject: edge\r\n\r\n"u8, .. Lines(random, size)[..(size - 19)], .. "z\r\n"u8]);
        }

        yield return new CorpusMessage("one body line of 1 MB", [.. "Subject: long\r\n\r\n"u8, .. Enumerable.Repeat((byte)'x', 1_000_000), .. "\r\n"u8]);
        yield return new CorpusMessage("one line of 1 MB of dots", [.. Enumerable.Repeat((byte)'.', 1_000_000), .. "\r\n"u8]);
        yield return new CorpusMessage("one header field of 1 MB", [.. "Subject: "u8, .. Enumerable.Repeat((byte)'.', 1_000_000), .. "\r\n\r\nx\r\n"u8]);
        yield return new CorpusMessage("100,000 lines of one dot", Encoding.ASCII.GetBytes("\r\n" + string.Concat(Enumerable.Repeat(".\r\n", 100_000))));
        yield return new CorpusMessage("10,000 fields", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"X-{i}: .\r\n")) + "\r\nx\r\n"));
        yield return new CorpusMessage("20 MB attachment", [.. "Subject: a\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"u8, .. Base64(random, 20 * 1024 * 1024)]);
        yield return new CorpusMessage("20 MB of lines with dots", [.. "Subject: b\r\n\r\n"u8, .. Lines(random, 20 * 1024 * 1024), .. "\r\n"u8]);
    }

    private static IEnumerable<CorpusMessage> Random(int count)
    {
        Gen<byte[]> octets = Gen.Choose(1, 255).Where(octet => octet is not ('\r' or '\n')).Select(octet => (byte)octet).ArrayOf();
        Gen<byte[]> line = Gen.Frequency(
            (4, octets),
            (1, Gen.Constant("."u8.ToArray())),
            (1, Gen.Constant(".."u8.ToArray())),
            (1, Gen.Constant(Array.Empty<byte>())),
            (1, octets.Select(rest => (byte[])[(byte)'.', .. rest])),
            (1, octets.Select(rest => (byte[])[.. "X-Field: "u8, .. rest])));
        Gen<byte[]> message = line.ListOf().Select(lines => (byte[])[.. lines.SelectMany(one => (byte[])[.. one, .. "\r\n"u8])]);
        return message.Sample(numberOfSamples: count, seed: new Rnd(Seed), size: 60).Select((content, i) => new CorpusMessage($"random {i}", content));
    }

    private static byte[] Lines(Random random, int length)
    {
        var content = new byte[length];
        random.NextBytes(content);
        for (int i = 0; i < length; i++)
        {
            content[i] = content[i] switch
            {
                0 or (byte)'\r' or (byte)'\n' => (byte)'.',
                var octet => octet,
            };
        }

        for (int i = random.Next(200); i + 2 < length; i += 2 + random.Next(200))
        {
            (content[i], content[i + 1], content[i + 2]) = ((byte)'\r', (byte)'\n', (byte)'.');
        }

        return content;
    }

    private static byte[] Base64(Random random, int length)
    {
        var binary = new byte[length / 78 * 57];
        random.NextBytes(binary);
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(binary, Base64FormattingOptions.InsertLineBreaks) + "\r\n");
    }
}
