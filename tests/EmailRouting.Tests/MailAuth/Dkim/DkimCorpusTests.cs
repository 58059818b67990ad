using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Dkim;

/// <summary>
/// Signed messages in <c>Corpus/</c>: <c>NN-name.eml</c> as it came, <c>.dns</c> what its keys were, <c>.expected</c> one line for each signature and
/// <c>.readme</c> why. Set <c>EMAILROUTING_REWRITE_EXPECTED</c> to the folder in the source to have the expected lines written anew, then look at the difference.
/// </summary>
public sealed class DkimCorpusTests
{
    private static readonly DateTimeOffset Now = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static string Corpus => Path.Combine(AppContext.BaseDirectory, "MailAuth", "Dkim", "Corpus");

    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Corpus, "*.eml").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Theory, MemberData(nameof(Names))]
    public async Task Every_message_of_the_corpus_is_judged_as_expected(string name)
    {
        byte[] octets = await File.ReadAllBytesAsync(Path.Combine(Corpus, $"{name}.eml"), TestContext.Current.CancellationToken);
        string[] lines = [.. (await VerifyAsync(name, Messages.InMemory(octets))).Select(Line)];

        if (Environment.GetEnvironmentVariable("EMAILROUTING_REWRITE_EXPECTED") is { Length: > 0 } source)
        {
            await File.WriteAllLinesAsync(Path.Combine(source, $"{name}.expected"), lines, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(Corpus, $"{name}.expected"), TestContext.Current.CancellationToken), lines);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task However_a_message_lies_it_is_judged_alike(string name)
    {
        byte[] octets = await File.ReadAllBytesAsync(Path.Combine(Corpus, $"{name}.eml"), TestContext.Current.CancellationToken);
        ImmutableArray<DkimResult> whole = await VerifyAsync(name, Messages.InMemory(octets));

        foreach (int size in (int[])[1, 2, 7, 100])
        {
            Assert.Equal(whole, await VerifyAsync(name, Messages.InPieces(octets, size)));
        }

        Assert.Equal(whole, await VerifyAsync(name, Messages.InFile(octets)));
    }

    private static async Task<ImmutableArray<DkimResult>> VerifyAsync(string name, MessageContent content)
    {
        using MessageContent held = content;
        FakeResolver resolver = RecordedDns.Read(File.ReadLines(Path.Combine(Corpus, $"{name}.dns")));
        return await new DkimVerifier(resolver, new FakeTimeProvider(Now)).VerifyAsync(held, TestContext.Current.CancellationToken);
    }

    private static string Line(DkimResult result) => string.Join(
        ' ',
        ((string?[])[
            result.Status.Keyword(),
            result.Domain ?? "-",
            result.Selector ?? "-",
            result.Algorithm?.Tag() ?? "-",
            result.Status != AuthStatus.Pass ? "-" : result.IsUsable ? "usable" : "unusable",
            result.IsTest ? "test" : null,
            result.Reason.Length == 0 ? null : result.Reason,
        ]).OfType<string>());
}
