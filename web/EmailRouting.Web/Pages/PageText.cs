using System.Globalization;

namespace EmailRouting.Web.Pages;

/// <summary>Numbers and times as the pages write them.</summary>
internal static class PageText
{
    public static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Size(long octets) => octets switch
    {
        1 => Texts.ByteOne,
        < 1_000 => string.Format(CultureInfo.InvariantCulture, Texts.Bytes, octets),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{octets / 1e3:0.0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{octets / 1e6:0.0} MB"),
    };

    /// <summary>Such as <c>53 ms</c>, <c>1.2 s</c>, <c>4 min 10 s</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalMilliseconds: < 1 } => "< 1 ms",
        { TotalMilliseconds: < 1_000 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
    };
}
