using System.Text.Json.Nodes;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Server.Cli;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Tests.Api.Documentation;

/// <summary>The installation that the examples of the document are about, on a real server: what they name is there, under ids of its own.</summary>
internal sealed class ExampleWorld(ApiServer api, DocumentedApi document)
{
    private const string Newcomer = "me@elsewhere.example";
    private const string Colleague = "colleague@inbox.example";
    private readonly Dictionary<string, string> _real = [];
    private string _sequence = "1";

    /// <summary>As it is before the request of an example: what that makes is not there yet.</summary>
    public async Task PrepareAsync(DocumentedOperation next)
    {
        await RemoveZonesAsync();
        await api.DeleteAsync($"accounts/{api.Account}/email/routing/owned_domains/{Example.OwnedDomain}");
        foreach (JsonNode? address in (await api.GetAsync($"accounts/{api.Account}/email/routing/addresses?per_page=1000")).Result.AsArray())
        {
            if (address!["email"]!.GetValue<string>() == Newcomer)
            {
                await api.DeleteAsync($"accounts/{api.Account}/email/routing/addresses/{address["id"]}");
            }
        }

        _real.Clear();
        _real[Example.AccountId] = api.Account;
        await api.VerifiedAsync(Example.Inbox);
        await api.VerifiedAsync(Colleague);
        if (next.Id is not "AddOwnedDomain")
        {
            await api.PostAsync($"accounts/{api.Account}/email/routing/owned_domains", $$"""{"name":"{{Example.OwnedDomain}}"}""");
        }

        if (next.Id is not "CreateAddress")
        {
            _real[Example.AddressId] = Id(await api.PostAsync($"accounts/{api.Account}/email/routing/addresses", $$"""{"email":"{{Newcomer}}"}"""));
            await ForgetAskingAsync();
        }

        await PreparePeopleAsync(next);
        if (next.Id is not "CreateZone")
        {
            string zone = _real[Example.ZoneId] = Id(await api.PostAsync("zones", $$"""{"name":"{{Example.Domain}}"}"""));
            await api.PutAsync($"zones/{zone}/email/routing/rules/catch_all", First("UpdateCatchAll"));
            string list = next.Id.Contains("ZoneSender", StringComparison.Ordinal) ? $"zones/{zone}" : $"accounts/{api.Account}";
            _real[Example.SenderId] = Id(await api.PostAsync($"{list}/email/routing/senders", First("SetSender")));
            if (next.Id is not "CreateRule")
            {
                string rule = _real[Example.RuleId] = Id(await api.PostAsync($"zones/{zone}/email/routing/rules", First("CreateRule")));
                await api.PatchAsync($"zones/{zone}/email/routing/rules/{rule}", """{"priority":5}""");
                _real[Example.MessageId] = await StoredMail.StoreBesideAsync(api.Server.Data, Example.Inbox, "hello@example.com");
                JsonNode queued = (await api.GetAsync($"zones/{zone}/email/routing/queue/{_real[Example.MessageId]}")).Result;
                _real[Example.DeliveryId] = queued["deliveries"]![0]!["id"]!.GetValue<string>();
                if (next.Id.StartsWith("Release", StringComparison.Ordinal))
                {
                    await api.PostAsync($"zones/{zone}/email/routing/queue/{_real[Example.MessageId]}/hold");
                }

                if (next.Json["tags"]![0]!.GetValue<string>() == "Activity")
                {
                    _real[Example.MessageId] = await SendMailAsync(zone);
                }

                _sequence = (await api.GetAsync($"zones/{zone}/email/routing/rules/history")).Result[0]!["sequence"]!.ToJsonString();
            }
        }
    }

    private async Task PreparePeopleAsync(DocumentedOperation next)
    {
        await RemoveAsync("tokens", "name", "deploy");
        await RemoveAsync("people", "email", "you@example.org");
        if (next.Id is not "CreateToken")
        {
            _real[Example.TokenId] = Id(await api.PostAsync($"accounts/{api.Account}/tokens", First("CreateToken")));
        }

        if (next.Id is not "AddPerson")
        {
            _real[Example.PersonId] = Id(await api.PostAsync($"accounts/{api.Account}/people", First("AddPerson")));
        }
    }

    private async Task RemoveAsync(string list, string field, string value)
    {
        foreach (JsonNode? item in (await api.GetAsync($"accounts/{api.Account}/{list}?per_page=1000")).Result.AsArray())
        {
            if (item![field]!.GetValue<string>() == value)
            {
                await api.DeleteAsync($"accounts/{api.Account}/{list}/{item["id"]}");
            }
        }
    }

    /// <summary>With what the examples name.</summary>
    public string Path(DocumentedOperation operation)
    {
        string path = operation.RelativePath;
        foreach (JsonObject parameter in operation.Parameters("path"))
        {
            path = path.Replace($"{{{parameter["name"]}}}", parameter["example"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        return Real(path.Replace("/history/3/", $"/history/{_sequence}/", StringComparison.Ordinal));
    }

    /// <summary>With the ids of this server.</summary>
    public string Real(string text) => _real.Aggregate(text, (all, pair) => all.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    private string First(string operation) => document.Operations.Single(o => o.Id == operation).BodyExamples.First().ToJsonString();

    private async Task RemoveZonesAsync()
    {
        foreach (JsonNode? zone in (await api.GetAsync($"zones?name=ends_with:{Example.Domain}")).Result.AsArray())
        {
            await api.DeleteAsync($"zones/{zone!["id"]}");
        }
    }

    /// <summary>One mail for two: the one is forwarded, the other refused.</summary>
    /// <returns>Its id, once the activity log has all of it.</returns>
    private async Task<string> SendMailAsync(string zone)
    {
        // Something to be written down beside the mail that asks no DNS.
        await api.PostAsync($"zones/{zone}/email/routing/senders", """{"entry":"127.0.0.0/8","action":"allow"}""");
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(api.Server.Smtp);
        await sender.CommandAsync("MAIL FROM:<sender@there.example>", "250");
        await sender.CommandAsync("RCPT TO:<nobody@example.com>", "550");
        await sender.CommandAsync("RCPT TO:<hello@example.com>", "250");
        string id = (await sender.DataAsync(Stuffing.Wire(StoredMail.Content))).Split(' ')[^1];
        await Eventually.TrueAsync(
            async () => (await api.GetAsync($"zones/{zone}/email/routing/activity/{id}")) is { Success: true } story && story.Result["attempts"]!.AsArray().Count > 0,
            TimeSpan.FromSeconds(30), () => api.Server.Log, CancellationToken.None);
        return id;
    }

    /// <summary>An owner is asked once a minute, and tests do not wait.</summary>
    private async Task ForgetAskingAsync()
    {
        OperatorDatabase database = await OperatorDatabase.OpenAsync(api.Server.Data, create: false, TimeProvider.System, CancellationToken.None);
        await using Storage.RulesDb db = database.CreateDbContext();
        await db.Destinations.Where(d => d.Address == Newcomer)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.AskAt, (DateTimeOffset?)null).SetProperty(d => d.AskedAt, (DateTimeOffset?)null));
    }

    private static string Id(ApiReply made) => made.Result["id"]!.GetValue<string>();
}
