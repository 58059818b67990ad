namespace EmailRouting.Web.Activity;

/// <summary>A stretch of time that ends now.</summary>
/// <param name="Word">In the address of a page.</param>
/// <param name="Length">How far it goes back.</param>
public sealed record TimeRange(string Word, TimeSpan Length)
{
    public static readonly TimeRange Hour = new("1h", TimeSpan.FromHours(1));
    public static readonly TimeRange Day = new("24h", TimeSpan.FromDays(1));
    public static readonly TimeRange Week = new("7d", TimeSpan.FromDays(7));
    public static readonly TimeRange Month = new("30d", TimeSpan.FromDays(30));

    public static readonly TimeRange[] All = [Hour, Day, Week, Month];

    public string Name => Word switch { "1h" => Texts.RangeHour, "24h" => Texts.RangeDay, "7d" => Texts.RangeWeek, _ => Texts.RangeMonth };

    public static TimeRange? Find(string? word) => Array.Find(All, range => range.Word == word);
}
