using System.Collections.Immutable;

namespace EmailRouting.MailAuth.Dmarc;

/// <summary>Whose message it says it is: the domains of the From field, which is what a reader sees.</summary>
public abstract record AuthorDomains
{
    /// <summary>Different domains that one From field may name. More than one is rare and two are honest; each costs lookups.</summary>
    public const int MaxDomains = 4;

    private AuthorDomains()
    {
    }

    /// <param name="Domains">Lower-case A-labels, at least one, each once, in the order of the field.</param>
    public sealed record Found(ImmutableArray<string> Domains) : AuthorDomains;

    /// <summary>No domain can be held responsible: there is no From, more than one, or one that programs read differently.</summary>
    public sealed record Unclear(string Reason) : AuthorDomains
    {
        /// <summary>There is no From at all, so that no reader takes the message for anybody's.</summary>
        public bool IsMissing { get; init; }
    }

    public static AuthorDomains Read(MessageHeader header)
    {
        if (header.IsTooLong)
        {
            return new Unclear("header too long");
        }

        // RFC 9989 leaves such messages to the receiver; which of two From fields a reader sees depends on his program.
        int count = header.Count("from");
        return count switch
        {
            0 => new Unclear("no From") { IsMissing = true },
            1 => ReadField(header.Value(header.Fields.First(static field => field.Name == "from")).Span),
            _ => new Unclear("several From"),
        };
    }

    /// <param name="value">What stands behind <c>From:</c>, folded as it came.</param>
    public static AuthorDomains ReadField(ReadOnlySpan<byte> value)
    {
        if (!AuthorParser.TryReadDomains(value, out ImmutableArray<string> written))
        {
            return new Unclear("unreadable From");
        }

        ImmutableArray<string>.Builder domains = ImmutableArray.CreateBuilder<string>(1);
        foreach (string text in written)
        {
            if (!DnsName.TryNormalize(text, out string? domain))
            {
                return new Unclear("From without a domain name");
            }

            if (!domains.Contains(domain))
            {
                domains.Add(domain);
            }
        }

        return domains.Count switch
        {
            0 => new Unclear("From without an address"),
            > MaxDomains => new Unclear($"From with more than {MaxDomains} domains"),
            _ => new Found(domains.DrainToImmutable()),
        };
    }
}
