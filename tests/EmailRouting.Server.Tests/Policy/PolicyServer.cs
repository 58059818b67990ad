using System.Text;
using EmailRouting.Activity;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Server.Tests.Policy;

/// <summary>A running server with a name server of its own, for one class of tests: each of them makes domains with policies of their own.</summary>
public sealed class PolicyServer : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static int _domains;
    private RunningServer? _server;

    /// <summary>Where everything that is forwarded ends.</summary>
    internal ScriptedSmtpServer Inbox { get; } = new("PIPELINING", "8BITMIME", "SMTPUTF8");

    internal ScriptedNameServer Dns { get; } = new();

    internal RunningServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.CreateAsync(Inbox.EndPoint, ("Dns:Servers", Dns.EndPoint.ToString()), ("Dns:Timeout", "00:00:01"), ("Dns:Retries", "0"));
        await _server.StartAsync();
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

    /// <summary>A domain with the alias <c>hello@</c> and this policy, in force.</summary>
    internal async Task<string> AddDomainAsync(PolicyChange policy)
    {
        string domain = $"d{Interlocked.Increment(ref _domains)}.router.test";
        await Server.EditRulesAsync(async book =>
        {
            Done(await book.AddDomainAsync(domain, DomainState.Live, subAddressing: false, CancellationToken.None));
            Done(await book.ChangeDomainAsync(domain, new DomainChange { Policy = policy, Contact = RunningServer.Inbox }, CancellationToken.None));
            Done(await book.AddRuleAsync(new RuleDraft($"hello@{domain}", new DraftAction.Forward([RunningServer.Inbox])), CancellationToken.None));
        });
        await Eventually.TrueAsync(() => IsKnownAsync($"hello@{domain}"), Patience, () => Server.Log, CancellationToken.None);
        return domain;
    }

    /// <summary>One message on a connection of its own.</summary>
    /// <returns>The reply to the final dot.</returns>
    internal async Task<string> SendAsync(string sender, string recipient, string content)
    {
        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(Server.Smtp);
        string reply = await client.MailAsync(Encoding.UTF8.GetBytes(content), $"MAIL FROM:<{sender}>", $"RCPT TO:<{recipient}>");
        await client.CommandAsync("QUIT", "221");
        return reply;
    }

    /// <summary>What is written down of the newest message for an address.</summary>
    internal async Task<MessageRow> WrittenAsync(string recipient)
    {
        await using ActivityDb db = OpenActivity();
        MessageRow? row = null;
        await Eventually.TrueAsync(
            async () => (row = await db.Messages.AsNoTracking().Where(m => m.Reply != "QUIT" && db.Recipients.Any(r => r.MessageId == m.Id && r.Alias == recipient) && m.Result != "abandoned")
                .OrderByDescending(m => m.Id).FirstOrDefaultAsync()) is not null,
            Patience,
            () => Server.Log,
            CancellationToken.None);
        return row!;
    }

    /// <summary>What was found out about it: check, result and action.</summary>
    internal async Task<IReadOnlyList<(string Check, string Result, string Action)>> ChecksAsync(string recipient) =>
        [.. CheckText.Read((await WrittenAsync(recipient)).Checks).Select(check => (check.Check, check.Result, check.Action))];

    private static void Done(Edit edit) => Assert.IsType<Edit.Done>(edit);

    private ActivityDb OpenActivity()
    {
        var options = new DbContextOptionsBuilder<ActivityDb>();
        options.UseDurableSqlite(Server.Data.ActivityDatabase);
        return new ActivityDb(options.Options);
    }

    private async Task<bool> IsKnownAsync(string recipient)
    {
        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(Server.Smtp);
        await client.CommandAsync("MAIL FROM:<>", "250");
        return (await client.CommandAsync($"RCPT TO:<{recipient}>")).StartsWith("250", StringComparison.Ordinal);
    }
}
