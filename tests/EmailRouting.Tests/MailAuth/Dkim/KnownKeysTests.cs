using System.Security.Cryptography;
using EmailRouting.MailAuth.Dkim;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Dkim;

public sealed class KnownKeysTests
{
    [Fact]
    public void A_record_that_comes_again_is_the_key_that_it_was_and_another_record_is_another_key()
    {
        using RSA first = RSA.Create(2048);
        using RSA second = RSA.Create(2048);
        Assert.True(KnownKeys.TryRead(Record(first), out KeyRecord? key, out _));
        Assert.True(KnownKeys.TryRead(Record(first), out KeyRecord? again, out _));
        Assert.True(KnownKeys.TryRead(Record(second), out KeyRecord? other, out _));
        Assert.Same(key, again);

        byte[] digest = SHA256.HashData("signed"u8);
        byte[] signature = second.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.Equal((false, true), (key.Key.Verifies(digest, signature), other.Key.Verifies(digest, signature)));
    }

    [Fact]
    public async Task One_key_verifies_for_many_at_once()
    {
        using RSA rsa = RSA.Create(2048);
        Assert.True(KnownKeys.TryRead(Record(rsa), out KeyRecord? record, out _));
        (byte[] Digest, byte[] Signature)[] signed = [.. Enumerable.Range(0, 50).Select(i =>
        {
            byte[] digest = SHA256.HashData(BitConverter.GetBytes(i));
            return (digest, rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        })];
        bool[] genuine = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() =>
            record.Key.Verifies(signed[i % 50].Digest, signed[i % 50].Signature) && !record.Key.Verifies(signed[i % 50].Digest, signed[(i + 1) % 50].Signature))));
        Assert.All(genuine, Assert.True);
    }

    [Fact]
    public void What_is_wrong_with_a_record_is_said_each_time_and_so_is_it_when_there_have_been_many()
    {
        for (int i = 0; i < 1200; i++)
        {
            Assert.False(KnownKeys.TryRead($"v=DKIM1; n={i % 600}; p=", out _, out string? problem));
            Assert.Equal("key revoked", problem);
        }
    }

    private static string Record(RSA rsa) => $"v=DKIM1; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}";
}
