using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Activity;

/// <summary>What one message is found by. Composed from its rows, so it is what the rows say at any time.</summary>
/// <remarks>Each word is paid for when it is put into the index, so what every message has (<c>250 2.0.0 OK</c>) is left out.</remarks>
internal sealed class SearchDocument
{
    // Nobody looks for the end of a long reply, and a hostile one shall not fill the index.
    private const int LongestText = 500;

    // What a remote host calls the message is longer than a number, and has a digit in it.
    private const int ShortestName = 5;

    private SearchDocument(MessageRow message, IEnumerable<RecipientRow> recipients, IEnumerable<AttemptRow> attempts)
    {
        (string sender, string domain) = AliasText.Canonical(message.Sender);
        Words.Add(SearchWord.Status(message.Status));
        Words.Add(SearchWord.Sender(sender));
        Words.Add(SearchWord.SenderDomain(domain));
        Words.Add(SearchWord.Client(message.Client));
        AddText(message.Sender);
        AddText(message.ClientName);
        AddReply(message.Reply);
        foreach (RecipientRow recipient in recipients)
        {
            Add(recipient);
        }

        foreach (AttemptRow attempt in attempts)
        {
            AddText(attempt.Destination);
            AddReply(attempt.Reply);
        }
    }

    public HashSet<string> Words { get; } = new(32);

    /// <summary>In canonical form.</summary>
    public List<(string Address, string Domain)> Aliases { get; } = [];

    public override string ToString() => string.Join(' ', Words);

    /// <summary>The documents of these messages, less those that are gone.</summary>
    public static async Task<Dictionary<MailId, SearchDocument>> LoadAsync(ActivityDb db, IReadOnlyCollection<MailId> messages, CancellationToken cancellation)
    {
        long[] ids = [.. messages.Select(m => m.Value)];
        List<MessageRow> rows = await db.Messages.AsNoTracking().Where(m => EF.Parameter(ids).Contains(m.Id)).ToListAsync(cancellation);
        ILookup<long, RecipientRow> recipients =
            (await db.Recipients.AsNoTracking().Where(r => EF.Parameter(ids).Contains(r.MessageId)).ToListAsync(cancellation)).ToLookup(r => r.MessageId);
        ILookup<long, AttemptRow> attempts =
            (await db.Attempts.AsNoTracking().Where(a => EF.Parameter(ids).Contains(a.MessageId)).ToListAsync(cancellation)).ToLookup(a => a.MessageId);
        return rows.ToDictionary(m => new MailId(m.Id), m => new SearchDocument(m, recipients[m.Id], attempts[m.Id]));
    }

    private void Add(RecipientRow recipient)
    {
        Aliases.Add((recipient.Alias, recipient.Domain));
        Words.Add(SearchWord.Alias(recipient.Alias));
        Words.Add(SearchWord.Zone(recipient.Domain));
        AddText(recipient.Alias);
        AddReply(recipient.Reply);
        if (recipient.RuleId is { } rule)
        {
            Words.Add(SearchWord.Rule(rule));
        }
    }

    private void AddText(string text) => Words.UnionWith(SearchWord.In(Bounded(text)));

    private void AddReply(string reply) =>
        Words.UnionWith(SearchWord.In(Bounded(reply))
            .Where(word => !reply.StartsWith('2') || (word.Length >= ShortestName && word.AsSpan().ContainsAnyInRange('0', '9'))));

    private static string Bounded(string text) => text.Length > LongestText ? text[..LongestText] : text;
}
