using System.Text;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Sqlite;
using EmailRouting.Sqlite.Activity;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Server.Tests.Profiles;

/// <summary>A running server with a name server of its own, and domains with forwarding profiles.</summary>
public sealed class ProfileServer : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly (string Key, string Value)[] ForClasses = [("Smtp:ReturnLimit", $"{ReturnLimit}")];
    private static int _made;

    /// <summary>Reports an hour for one address, where the server is for a class.</summary>
    internal const int ReturnLimit = 6;

    private RunningServer? _server;

    internal RunningServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    internal ScriptedNameServer Dns { get; } = new();

    /// <summary>Where everything that is sent ends.</summary>
    internal ScriptedSmtpServer Inbox { get; } = new("PIPELINING", "8BITMIME", "SMTPUTF8", "DSN");

    /// <summary>For one test, with <c>hello@router.test</c> in the given profile.</summary>
    internal static async Task<ProfileServer> StartAsync(ForwardingProfile profile, params (string Key, string Value)[] settings)
    {
        var server = new ProfileServer();
        await server.StartAsync(settings);
        await server.ChangeAsync("router.test", profile);
        return server;
    }

    /// <summary>For a class of tests, each of which makes domains of its own.</summary>
    public async ValueTask InitializeAsync() => await StartAsync(ForClasses);

    /// <summary>A domain with the aliases <c>hello@</c> and <c>also@</c> to one inbox, in force.</summary>
    internal async Task<string> AddDomainAsync(ForwardingProfile profile)
    {
        string domain = $"p{Interlocked.Increment(ref _made)}.test";
        await Server.EditRulesAsync(async book =>
        {
            Assert.IsType<Edit.Done>(await book.AddDomainAsync(domain, DomainState.Live, subAddressing: false, CancellationToken.None));
            foreach (string alias in (string[])["hello", "also"])
            {
                Assert.IsType<Edit.Done>(await book.AddRuleAsync(new RuleDraft($"{alias}@{domain}", new DraftAction.Forward([RunningServer.Inbox])), CancellationToken.None));
            }
        });
        await ChangeAsync(domain, profile);
        return domain;
    }

    /// <summary>The profile is in force when this returns: so is an alias that was made after it.</summary>
    internal async Task ChangeAsync(string domain, ForwardingProfile profile)
    {
        string later = $"later{Interlocked.Increment(ref _made)}@{domain}";
        await Server.EditRulesAsync(async book =>
        {
            Assert.IsType<Edit.Done>(await book.ChangeDomainAsync(domain, new DomainChange { Profile = profile }, CancellationToken.None));
            Assert.IsType<Edit.Done>(await book.AddRuleAsync(new RuleDraft(later, new DraftAction.Forward([RunningServer.Inbox])), CancellationToken.None));
        });
        await Eventually.TrueAsync(
            async () =>
            {
                await using RawSmtpClient client = await RawSmtpClient.GreetAsync(Server.Smtp);
                await client.CommandAsync("MAIL FROM:<>", "250");
                return (await client.CommandAsync($"RCPT TO:<{later}>")).StartsWith("250", StringComparison.Ordinal);
            },
            Patience,
            () => Server.Log,
            TestContext.Current.CancellationToken);
    }

    /// <summary>An address that no other test sends from.</summary>
    internal static string NewSender() => $"me{Interlocked.Increment(ref _made)}@sender{Interlocked.Increment(ref _made)}.test";

    /// <summary>Publishes the key of a domain, made by now.</summary>
    internal SigningKey Publish(string domain)
    {
        SigningKey key = new SigningKeys(Server.Data, TimeProvider.System).Get(domain);
        Dns.On($"TXT {key.RecordName}", $"{key.RecordName} TXT {key.RecordText}");
        return key;
    }

    /// <returns>The reply to the final dot, or to what was refused before it.</returns>
    internal async Task<string> SendAsync(string content, string sender = "me@sender.test", params string[] recipients)
    {
        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(Server.Smtp);
        await client.CommandAsync($"MAIL FROM:<{sender}>", "250");
        foreach (string recipient in recipients.DefaultIfEmpty(RunningServer.Alias))
        {
            string reply = await client.CommandAsync($"RCPT TO:<{recipient}>");
            if (!reply.StartsWith("250", StringComparison.Ordinal))
            {
                return reply;
            }
        }

        return await client.DataAsync(Stuffing.Wire(Encoding.UTF8.GetBytes(content)));
    }

    /// <summary>Waits for a number of messages at the far end: everything but the empty ones that a refused recipient leaves behind where commands are pipelined.</summary>
    internal Task<ReceivedMail[]> ArrivedAsync(int count) => ArrivedAsync(_ => true, count);

    /// <inheritdoc cref="ArrivedAsync(int)"/>
    /// <param name="which">Those that count.</param>
    /// <param name="count">So many of them.</param>
    internal async Task<ReceivedMail[]> ArrivedAsync(Func<ReceivedMail, bool> which, int count)
    {
        ReceivedMail[] Messages() => [.. Inbox.Messages.Where(mail => mail.Content.Length > 0 && which(mail))];
        await Eventually.TrueAsync(() => Messages().Length >= count, Patience, () => Server.Log, TestContext.Current.CancellationToken);
        return Messages();
    }

    /// <summary>The sender of an SMTP command: what stands between the angle brackets.</summary>
    internal static string PathOf(string command) => command[(command.IndexOf('<', StringComparison.Ordinal) + 1)..command.IndexOf('>', StringComparison.Ordinal)];

    /// <summary>What is written down of the message with this name, once it says so.</summary>
    internal async Task<ActivityStory> StoryAsync(string reply, Func<ActivityStory, bool> until)
    {
        Assert.True(MailId.TryParse(reply.Split(' ')[^1], out MailId id), reply);
        var options = new DbContextOptionsBuilder<ActivityDb>();
        options.UseDurableSqlite(Server.Data.ActivityDatabase);
        var reader = new ActivityReader(new Databases((DbContextOptions<ActivityDb>)options.Options), new SqliteActivityIndex());
        ActivityStory? story = null;
        await Eventually.TrueAsync(
            async () => (story = await reader.ShowAsync(id, null, CancellationToken.None)) is not null && until(story), Patience, () => Server.Log, TestContext.Current.CancellationToken);
        return story!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Dns.DisposeAsync();
        await Inbox.DisposeAsync();
    }

    private async Task StartAsync((string Key, string Value)[] settings)
    {
        _server = await RunningServer.CreateAsync(
            Inbox.EndPoint, [("Dns:Servers", Dns.EndPoint.ToString()), ("Dns:Timeout", "00:00:01"), ("Dns:Retries", "0"), ("Queue:FirstRetry", "00:00:01"), .. settings]);
        await _server.StartAsync();
    }

    private sealed class Databases(DbContextOptions<ActivityDb> options) : IDbContextFactory<ActivityDb>
    {
        public ActivityDb CreateDbContext() => new(options);
    }
}
