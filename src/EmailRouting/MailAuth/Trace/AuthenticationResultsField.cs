using System.Collections.Immutable;
using System.Text;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Dmarc;

namespace EmailRouting.MailAuth.Trace;

/// <summary>Writes <c>Authentication-Results</c> (RFC 8601): what we found, under our own name.</summary>
public static class AuthenticationResultsField
{
    private const string Name = "Authentication-Results: ";

    /// <summary>The field with its line end.</summary>
    /// <param name="server">Our authserv-id: the name of this server.</param>
    /// <param name="result">Of the message that it will stand in front of.</param>
    public static byte[] Compose(string server, AuthenticationResult result) => Encoding.ASCII.GetBytes($"{Name}{Content(server, result)}\r\n");

    /// <summary>What stands behind the field's name, folded: <c>ARC-Authentication-Results</c> carries the same.</summary>
    public static string Content(string server, AuthenticationResult result)
    {
        FoldedField field = new FoldedField(Name.Length).Add(TraceText.Value(server));
        if (result.Spf is { } spf)
        {
            field.Close(';').AddLine($"spf={spf.Status.Keyword()}").Add($"smtp.{spf.Identity}={TraceText.Value(spf.Domain)}");
        }

        AddDkim(field, result.Dkim);
        AddDmarc(field.Close(';'), result.Dmarc);
        field.Close(';').AddLine($"arc={result.Arc.Status.Keyword()}");
        AddReason(field, result.Arc.Status is AuthStatus.None ? string.Empty : result.Arc.Reason);
        return field.ToString();
    }

    private static void AddDkim(FoldedField field, ImmutableArray<DkimResult> results)
    {
        if (results.IsEmpty)
        {
            field.Close(';').AddLine("dkim=none");
        }

        foreach (DkimResult dkim in results)
        {
            field.Close(';').AddLine($"dkim={dkim.Status.Keyword()}");
            AddReason(field, dkim.Reason);
            AddProperty(field, "header.d", dkim.Domain);
            AddProperty(field, "header.s", dkim.Selector);
            AddProperty(field, "header.a", dkim.Algorithm?.Tag());
            AddProperty(field, "header.b", dkim.SignatureStart.Length == 0 ? null : dkim.SignatureStart);
        }
    }

    private static void AddDmarc(FoldedField field, DmarcResult dmarc)
    {
        field.AddLine($"dmarc={dmarc.Status.Keyword()}");
        AddReason(field, dmarc.Status is AuthStatus.None ? string.Empty : dmarc.Reason);
        AddProperty(field, "header.from", dmarc.Author);
        if (dmarc.PolicyDomain is not null)
        {
            AddProperty(field, "polrec.p", dmarc.Published.ToString().ToLowerInvariant());
            AddProperty(field, "polrec.domain", dmarc.PolicyDomain == dmarc.Author ? null : dmarc.PolicyDomain);
        }
    }

    // §2.2: the reason stands before the properties.
    private static void AddReason(FoldedField field, string reason)
    {
        if (reason.Length > 0)
        {
            field.Add($"reason={TraceText.Quote(reason)}");
        }
    }

    private static void AddProperty(FoldedField field, string name, string? value)
    {
        if (value is not null)
        {
            field.Add($"{name}={TraceText.Value(value)}");
        }
    }
}
