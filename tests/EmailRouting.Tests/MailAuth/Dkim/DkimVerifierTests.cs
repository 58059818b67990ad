using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Dkim;

public sealed class DkimVerifierTests
{
    private readonly FakeResolver _resolver = new();

    [Fact]
    public async Task An_unsigned_message_costs_no_lookup()
    {
        Assert.Empty(await VerifyAsync("From: a@a.example\r\n\r\nhello\r\n"));
        Assert.Empty(_resolver.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("no header at all")]
    [InlineData(" \r\n\r\n")]
    [InlineData(":\r\n\r\n")]
    public async Task What_is_hardly_a_message_has_no_signature(string text) => Assert.Empty(await VerifyAsync(text));

    [Theory]
    [InlineData("DKIM-Signature:")]
    [InlineData("DKIM-Signature: ;;;")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=; s=; h=; bh=; b=")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=[192.0.2.1]; s=s; h=from; bh=AAAA; b=AAAA")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=..; h=from; bh=AAAA; b=AAAA")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; c=a/b/c; d=a.example; s=s; h=from; bh=AAAA; b=AAAA")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; bh=AAAA; b=AAAA; l=-1")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; bh=AAAA; b=AAAA; i=nobody")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; bh=AAAA; b=AAAA; t=x")]
    public async Task A_malformed_signature_is_a_permanent_error(string field)
    {
        DkimResult result = Assert.Single(await VerifyAsync($"{field}\r\nFrom: a@a.example\r\n\r\nhello\r\n"));

        Assert.Equal(AuthStatus.PermanentError, result.Status);
        Assert.Empty(_resolver.Asked);
    }

    [Fact]
    public async Task A_header_without_end_is_not_verified()
    {
        string field = "X-Long: " + new string('x', MessageHeader.MaxOctets) + "\r\n";

        DkimResult result = Assert.Single(await VerifyAsync($"DKIM-Signature: v=1\r\n{field}From: a@a.example\r\n\r\nhello\r\n"));

        Assert.Equal((AuthStatus.PermanentError, "header too long"), (result.Status, result.Reason));
    }

    [Fact]
    public async Task A_thousand_signatures_cost_ten_lookups()
    {
        string signatures = string.Concat(Enumerable.Range(0, 1000).Select(i => $"DKIM-Signature: v=1; a=rsa-sha256; d=d{i}.example; s=s; h=from; bh=AAAA; b=AAAA\r\n"));

        ImmutableArray<DkimResult> results = await VerifyAsync($"{signatures}From: a@a.example\r\n\r\nhello\r\n");

        Assert.Equal(11, results.Length);
        Assert.Equal(10, _resolver.Asked.Count);
    }

    [Fact]
    public async Task A_key_with_a_long_exponent_is_not_used()
    {
        using RSA rsa = RSA.Create(2048);
        RSAParameters odd = rsa.ExportParameters(false);
        odd.Exponent = [1, .. new byte[199], 1];
        using RSA slow = RSA.Create(odd);
        _resolver.Txt["s._domainkey.a.example"] = [$"p={Convert.ToBase64String(slow.ExportSubjectPublicKeyInfo())}"];

        DkimResult result = Assert.Single(await VerifyAsync("DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; bh=AAAA; b=AAAA\r\nFrom: a@a.example\r\n\r\nx\r\n"));

        Assert.Equal(AuthStatus.PermanentError, result.Status);
    }

    [Fact]
    public async Task Whatever_stands_in_signature_and_key_nothing_is_thrown()
    {
        string name = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "MailAuth", "Dkim", "Corpus"), "*-dkimpy-relaxed-relaxed.eml").Single();
        byte[] signed = await File.ReadAllBytesAsync(name, TestContext.Current.CancellationToken);
        string key = (await File.ReadAllTextAsync(Path.ChangeExtension(name, ".dns"), TestContext.Current.CancellationToken)).Split(' ', 3)[2].Trim();
        int signature = signed.AsSpan().IndexOf("\r\nReceived"u8);
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            byte[] message = [.. signed];
            char[] record = key.ToCharArray();
            message[random.Next(signature)] = (byte)random.Next(256);
            record[random.Next(record.Length)] = (char)random.Next(256);
            _resolver.Txt["sel._domainkey.sender.example"] = [new string(record)];

            await VerifyAsync(message);
        }
    }

    private Task<ImmutableArray<DkimResult>> VerifyAsync(string text) => VerifyAsync(Encoding.UTF8.GetBytes(text));

    private Task<ImmutableArray<DkimResult>> VerifyAsync(byte[] message) =>
        new DkimVerifier(_resolver, new FakeTimeProvider()).VerifyAsync(Messages.InMemory(message), TestContext.Current.CancellationToken);
}
