using System.Globalization;

namespace EmailRouting.Web.Parts;

/// <summary>Domains for people: their own script instead of A-labels, where that can be read back to the same name.</summary>
public static class DomainText
{
    private static readonly IdnMapping Mapping = new();

    /// <summary>The domain of an address as <see cref="Show"/> has it; any other text as it is.</summary>
    public static string ShowAddress(string address) =>
        address.LastIndexOf('@') is int at and >= 0 ? $"{address.AsSpan(0, at + 1)}{Show(address[(at + 1)..])}" : address;

    public static string Show(string domain)
    {
        if (!domain.Contains("xn--", StringComparison.OrdinalIgnoreCase))
        {
            return domain;
        }

        try
        {
            string shown = Mapping.GetUnicode(domain);
            return Mapping.GetAscii(shown).Equals(domain, StringComparison.OrdinalIgnoreCase) ? shown : domain;
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }
}
