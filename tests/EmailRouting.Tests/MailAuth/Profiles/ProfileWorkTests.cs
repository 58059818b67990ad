using System.Collections.Immutable;
using System.Net;
using System.Text;
using EmailRouting.Mail;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Dmarc;
using EmailRouting.MailAuth.Keys;
using EmailRouting.MailAuth.Profiles;
using EmailRouting.MailAuth.Srs;
using EmailRouting.Network;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Profiles;

public sealed class ProfileWorkTests : IDisposable
{
    private const string Text = "From: A <a@sender.example>\r\nTo: b@ours.example\r\nSubject: hello\r\n\r\nhello\r\n";

    private readonly TemporaryData _data = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SigningKeys _keys;
    private readonly SrsRewriter _srs;
    private readonly ProfileWork _work;
    private ForwardingProfile _profile = ForwardingProfile.Authenticated;

    public ProfileWorkTests()
    {
        _keys = new SigningKeys(_data.Directory, _clock);
        _srs = new SrsRewriter(SrsSecrets.Of("secret"), _clock);
        _work = new ProfileWork(_srs, _keys, new OwnIdentity("mx.ours.example", [], []), NullLogger<ProfileWork>.Instance);
    }

    [Fact]
    public async Task Transparent_is_nothing_at_all()
    {
        _profile = ForwardingProfile.Transparent;
        ImmutableArray<Target> copies = [Copy("b@ours.example")];

        ImmutableArray<Target> result = await ApplyAsync(copies);

        Assert.Same(copies[0], result[0]);
        Assert.False(Directory.Exists(Path.Combine(_data.Directory.Keys, "ours.example")));
    }

    [Fact]
    public async Task Authenticated_is_a_sender_of_ours_and_a_trace_that_holds_for_the_next()
    {
        Target copy = Assert.Single(await ApplyAsync([Copy("b@ours.example")]));

        Assert.Equal("a@sender.example", Assert.IsType<SrsAnswer.Reversed>(_srs.Reverse(copy.ReturnPath!)).Sender.Text);
        Assert.Equal("ours.example", copy.ReturnPath!.Domain);
        Assert.Equal(["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results", "Authentication-Results", "Received"], Names(copy));
        byte[] sent = [.. copy.Trace.Span, .. Encoding.ASCII.GetBytes(Text)];
        ArcResult arc = await new ArcVerifier(Dns(), _clock).VerifyAsync(Messages.InMemory(sent), TestContext.Current.CancellationToken);
        Assert.Equal((AuthStatus.Pass, 1), (arc.Status, arc.Length));
        Assert.Equal(["ours.example"], arc.Sealers);
    }

    [Theory]
    [InlineData(ForwardingProfile.Srs)]
    [InlineData(ForwardingProfile.Trace, "Authentication-Results", "Received")]
    [InlineData(ForwardingProfile.Arc, "ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results")]
    public async Task Each_part_is_switched_by_itself(ForwardingProfile profile, params string[] names)
    {
        _profile = profile;

        Target copy = Assert.Single(await ApplyAsync([Copy("b@ours.example")]));

        Assert.Equal(names, Names(copy));
        Assert.Equal(profile == ForwardingProfile.Srs, copy.ReturnPath is not null);
    }

    [Fact]
    public async Task Received_names_the_alias_where_there_is_one()
    {
        ImmutableArray<Target> copies = await ApplyAsync([Copy("b@ours.example"), Copy("c@ours.example", "d@ours.example")]);

        Assert.Contains("for <b@ours.example>;", Trace(copies[0]), StringComparison.Ordinal);
        Assert.DoesNotContain("for <", Trace(copies[1]), StringComparison.Ordinal);
        Assert.All(copies, copy => Assert.Contains("Received: from client.example ([192.0.2.7])\r\n\tby mx.ours.example with ESMTPS id ", Trace(copy), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("me@ours.example")]
    [InlineData("me@also-ours.example")]
    public async Task Nobody_and_ourselves_are_not_rewritten(string? sender) =>
        Assert.Null(Assert.Single(await ApplyAsync([Copy("b@ours.example")], sender)).ReturnPath);

    [Fact]
    public async Task A_sender_too_long_to_be_rewritten_stays_as_it_is() =>
        Assert.Null(Assert.Single(await ApplyAsync([Copy("b@ours.example")], $"{new string('x', 235)}@a.example")).ReturnPath);

    [Fact]
    public async Task A_key_that_cannot_be_read_costs_the_seal_and_not_the_mail()
    {
        _keys.Get("ours.example");
        await File.WriteAllTextAsync(Directory.GetFiles(Path.Combine(_data.Directory.Keys, "ours.example"))[0], "no key", TestContext.Current.CancellationToken);
        var work = new ProfileWork(_srs, new SigningKeys(_data.Directory, _clock), new OwnIdentity("mx.ours.example", [], []), NullLogger<ProfileWork>.Instance);

        Target copy = Assert.Single(await ApplyAsync([Copy("b@ours.example")], work: work));

        Assert.Equal(["Authentication-Results", "Received"], Names(copy));
    }

    [Fact]
    public async Task What_was_not_looked_into_is_not_vouched_for()
    {
        Target copy = Assert.Single(await ApplyAsync([Copy("b@ours.example")], found: null));

        Assert.Equal(["Received"], Names(copy));
    }

    public void Dispose() => _data.Dispose();

    private static Target Copy(params string[] aliases) =>
        new(Messages.Address("you@inbox.example"), [.. aliases.Select(alias => new AliasRecipient(Messages.Address(alias), RcptParameters.None))]);

    private static string Trace(Target copy) => Encoding.ASCII.GetString(copy.Trace.Span);

    private static IEnumerable<string> Names(Target copy) =>
        Trace(copy).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '\t').Select(line => line.Split(':')[0]);

    private static AuthenticationResult Found { get; } =
        new(new SpfEvidence("sender.example", AuthStatus.Pass), [], new DmarcResult(AuthStatus.None, "sender.example", "no policy published"), new ArcResult(AuthStatus.None, ""));

    private FakeResolver Dns()
    {
        SigningKey key = _keys.Get("ours.example");
        return new FakeResolver { Txt = { [key.RecordName] = [key.RecordText] } };
    }

    private Task<ImmutableArray<Target>> ApplyAsync(ImmutableArray<Target> copies, string? sender = "a@sender.example", ProfileWork? work = null) =>
        ApplyAsync(copies, sender, Found, work);

    private Task<ImmutableArray<Target>> ApplyAsync(ImmutableArray<Target> copies, AuthenticationResult? found) => ApplyAsync(copies, "a@sender.example", found, null);

    private async Task<ImmutableArray<Target>> ApplyAsync(ImmutableArray<Target> copies, string? sender, AuthenticationResult? found, ProfileWork? work)
    {
        using MessageContent content = Messages.InMemory(Text);
        var envelope = new Envelope(sender is null ? null : Messages.Address(sender), MailParameters.None);
        var mail = new AcceptedMail(MailId.New(_clock.GetUtcNow()), _clock.GetUtcNow(), envelope, content, MayBounce: true);
        return await (work ?? _work).ApplyAsync(
            mail,
            copies,
            new Provenance("client.example", IPAddress.Parse("192.0.2.7"), IsExtended: true, IsEncrypted: true, found),
            _profile,
            address => address.Domain.EndsWith("ours.example", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
    }
}
