using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Keys;
using EmailRouting.MailAuth.Srs;
using EmailRouting.Smtp;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth;

/// <summary>What we sign holds for programs of others, and the other way round.</summary>
public sealed class InteropTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string Dkimpy = "/usr/lib/python3/dist-packages/dkim/__init__.py";
    private const string MailDkim = "/usr/share/perl5/Mail/DKIM/Verifier.pm";
    private const string Text =
        "Received: from x\r\n\tby y; Thu, 1 Jan 1970 00:00:00 +0000\r\nFrom: =?utf-8?q?J=C3=B6rg?= <a@sender.example>\r\nTo: b@ours.example\r\n"
        + "Subject:  hello \t there\r\n  folded \r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\n\r\nGr\u00FC\u00DFe  \t x \r\n\r\n.\r\n \r\n\r\n";

    private readonly TemporaryData _data = new();
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly SigningKey _key;
    private readonly FakeResolver _resolver = new();

    public InteropTests()
    {
        _key = new SigningKeys(_data.Directory, _clock).Get("ours.example");
        _resolver.Txt[_key.RecordName] = [_key.RecordText];
    }

    [Fact]
    public async Task What_we_sign_holds_for_dkimpy()
    {
        LocalProgram.Require(Dkimpy, "python3-dkim");

        byte[] output = await LocalProgram.RunAsync(
            Python, Signed(), "-c", "import sys,dkim\nprint(dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda name, **_: sys.argv[1].encode()))", _key.RecordText);

        Assert.Equal("True", Encoding.ASCII.GetString(output).Trim());
    }

    [Fact]
    public async Task What_we_sign_holds_for_Mail_DKIM()
    {
        LocalProgram.Require(MailDkim, "libmail-dkim-perl");

        byte[] output = await LocalProgram.RunAsync("perl", Signed(), "-e", $"{PerlKey}use Mail::DKIM::Verifier; binmode STDIN; my $v = Mail::DKIM::Verifier->new(); {PerlFeed}");

        Assert.Equal("pass", Encoding.ASCII.GetString(output).Trim());
    }

    [Fact]
    public async Task A_chain_we_sealed_holds_for_dkimpy_and_for_Mail_DKIM()
    {
        LocalProgram.Require(Dkimpy, "python3-dkim");
        LocalProgram.Require(MailDkim, "libmail-dkim-perl");
        byte[] message = Signed();
        for (int i = 0; i < 3; i++)
        {
            message = await SealedAsync(message);

            byte[] python = await LocalProgram.RunAsync(
                Python, message, "-c", "import sys,dkim\nprint(dkim.arc_verify(sys.stdin.buffer.read(), dnsfunc=lambda name, **_: sys.argv[1].encode())[0].decode())", _key.RecordText);
            byte[] perl = await LocalProgram.RunAsync("perl", message, "-e", $"{PerlKey}use Mail::DKIM::ARC::Verifier; binmode STDIN; my $v = Mail::DKIM::ARC::Verifier->new(); {PerlFeed}");

            Assert.Equal("pass", Encoding.ASCII.GetString(python).Trim());
            Assert.Equal("pass", Encoding.ASCII.GetString(perl).Trim());
        }
    }

    [Theory]
    [InlineData("simple", "simple")]
    [InlineData("simple", "relaxed")]
    [InlineData("relaxed", "simple")]
    [InlineData("relaxed", "relaxed")]
    public async Task What_dkimpy_signs_holds_for_us(string header, string body)
    {
        LocalProgram.Require(Dkimpy, "python3-dkim");
        string pem = Path.Combine(_data.Directory.Keys, "ours.example", $"{_key.Selector}.pem");
        byte[] message = Encoding.UTF8.GetBytes(Text);

        byte[] field = await LocalProgram.RunAsync(
            Python,
            message,
            "-c",
            "import sys,dkim\nh,b,s,k=sys.argv[1:]\n"
            + "sys.stdout.buffer.write(dkim.sign(sys.stdin.buffer.read(), s.encode(), b'ours.example', open(k,'rb').read(), canonicalize=(h.encode(),b.encode())))",
            header,
            body,
            _key.Selector,
            pem);

        DkimResult result = Assert.Single(
            await new DkimVerifier(_resolver, _clock).VerifyAsync(Messages.InMemory([.. field, .. message]), TestContext.Current.CancellationToken));
        Assert.Equal((AuthStatus.Pass, string.Empty), (result.Status, result.Reason));
    }

    [Fact]
    public async Task Postsrsd_and_we_read_each_others_addresses()
    {
        const string Program = "/usr/sbin/postsrsd";
        LocalProgram.Require(Program, "postsrsd");
        string file = Path.Combine(_data.Directory.Path, "secret");
        await File.WriteAllTextAsync(file, "tops3cr3t\n", TestContext.Current.CancellationToken);
        int[] ports = LoopbackPort.Free(2);
        (int forward, int reverse) = (ports[0], ports[1]);
        using Process process = Process.Start(Program, [$"-s{file}", "-dours.example", "-4", $"-f{forward}", $"-r{reverse}", "-l127.0.0.1"]);
        try
        {
            var ours = new SrsRewriter(SrsSecrets.Of("tops3cr3t"), _clock);
            foreach (string sender in (string[])["test@otherdomain.com", "a=b+c@x.example", "SRS0=abcd=2W=first.example=user@second.example"])
            {
                EmailAddress address = Messages.Address(sender);
                string theirs = await AskAsync(forward, sender);
                string rewritten = ours.Rewrite(address, "ours.example")!.Text;

                Assert.Equal(theirs, rewritten);
                Assert.Equal(address, Assert.IsType<SrsAnswer.Reversed>(ours.Reverse(Messages.Address(theirs))).Sender);
                Assert.Equal(sender, await AskAsync(reverse, rewritten));
            }
        }
        finally
        {
            process.Kill();
        }
    }

    public void Dispose() => _data.Dispose();

    private string PerlKey =>
        "use Mail::DKIM::DNS; use Mail::DKIM::PublicKey; { no warnings; package FixedAnswer; sub new { bless {}, shift } sub type { 'TXT' } sub txtdata { '"
        + _key.RecordText + "' } sub char_str_list { ('" + _key.RecordText + "') } package main; "
        + "*Mail::DKIM::DNS::query = sub { return FixedAnswer->new() }; } ";

    private static string PerlFeed => "local $/; $v->PRINT(<STDIN>); $v->CLOSE; print $v->result;";

    private static async Task<string> AskAsync(int port, string address)
    {
        string? answer = null;
        await Eventually.TrueAsync(
            async () =>
            {
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync("127.0.0.1", port);
                }
                catch (SocketException)
                {
                    return false;
                }

                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"get {address}\n"));
                using var reader = new StreamReader(client.GetStream());
                answer = await reader.ReadLineAsync();
                return answer is not null;
            },
            TimeSpan.FromSeconds(30),
            () => $"postsrsd does not answer on {port}",
            TestContext.Current.CancellationToken);
        Assert.StartsWith("200 ", answer, StringComparison.Ordinal);
        return answer![4..];
    }

    private byte[] Signed()
    {
        byte[] message = Encoding.UTF8.GetBytes(Text);
        return [.. DkimSigner.Sign(message, _key, _clock.GetUtcNow()), .. message];
    }

    private async Task<byte[]> SealedAsync(byte[] message)
    {
        ArcResult chain = await new ArcVerifier(_resolver, _clock).VerifyAsync(Messages.InMemory(message), TestContext.Current.CancellationToken);
        byte[]? block = await ArcSealer.SealAsync(
            Messages.InMemory(message), chain, "ours.example;\r\n\tspf=pass smtp.mailfrom=sender.example", _key, _clock.GetUtcNow(), TestContext.Current.CancellationToken);
        return [.. block!, .. message];
    }
}
