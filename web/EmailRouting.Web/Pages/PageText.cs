using System.Globalization;

namespace EmailRouting.Web.Pages;

/// <summary>Numbers and times as the pages write them.</summary>
internal static class PageText
{
    public static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Size(long octets) => octets switch
    {
        1 => "1 byte",
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{octets} bytes"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{octets / 1e3:0.0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{octets / 1e6:0.0} MB"),
    };
}
