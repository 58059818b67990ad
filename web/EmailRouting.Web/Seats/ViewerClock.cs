using System.Globalization;
using Microsoft.JSInterop;

namespace EmailRouting.Web.Seats;

/// <summary>Times in the zone of whoever looks at them.</summary>
public sealed class ViewerClock(IJSRuntime browser, TimeProvider clock)
{
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private bool _isKnown;

    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(clock.GetUtcNow(), _zone);

    /// <summary>Such as <c>Europe/Berlin</c>.</summary>
    public string ZoneName => _zone.Id;

    public async Task AskAsync()
    {
        if (_isKnown)
        {
            return;
        }

        _isKnown = true;
        string name = await browser.InvokeAsync<string>("emailRouting.zone");

        // A machine without the zone database shows UTC, and says so.
        _zone = TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;
    }

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, _zone);

    /// <param name="local">As somebody has chosen it in his own zone.</param>
    public DateTimeOffset FromLocal(DateTime local) => new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), _zone.GetUtcOffset(local));

    /// <summary>To the second, such as <c>2030-12-31 23:59:59 +01:00</c>.</summary>
    public string Exact(DateTimeOffset at) => Local(at).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>As short as it can be told apart: the time today, else the day.</summary>
    public string Brief(DateTimeOffset at)
    {
        DateTimeOffset local = Local(at);
        DateTimeOffset now = Now;
        return local.Date == now.Date ? local.ToString("HH:mm:ss", CultureInfo.InvariantCulture)
            : local.Year == now.Year ? local.ToString("d MMM HH:mm", CultureInfo.InvariantCulture)
            : local.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
    }

    /// <summary>How far it is from now, such as <c>3 minutes ago</c> or <c>in 2 days</c>.</summary>
    public string Distance(DateTimeOffset at)
    {
        TimeSpan distance = at - clock.GetUtcNow();
        TimeSpan length = distance.Duration();
        string amount = length.TotalSeconds < 60 ? Texts.LessThanAMinute
            : length.TotalMinutes < 60 ? Count((int)length.TotalMinutes, Texts.Minute, Texts.Minutes)
            : length.TotalHours < 48 ? Count((int)length.TotalHours, Texts.Hour, Texts.Hours)
            : Count((int)length.TotalDays, Texts.Day, Texts.Days);
        return string.Format(CultureInfo.InvariantCulture, distance < TimeSpan.Zero ? Texts.Ago : Texts.Ahead, amount);
    }

    private static string Count(int number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");
}
