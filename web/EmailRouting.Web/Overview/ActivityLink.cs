using EmailRouting.Web.Activity;
using EmailRouting.Web.Seats;
using Microsoft.AspNetCore.WebUtilities;

namespace EmailRouting.Web.Overview;

/// <summary>From a number to the messages behind it.</summary>
internal static class ActivityLink
{
    /// <param name="place">Keeps the domain.</param>
    /// <param name="range">Keeps the time.</param>
    /// <param name="name">Of a filter; null for none.</param>
    /// <param name="value">Of that filter.</param>
    public static string To(Place place, TimeRange range, string? name = null, string? value = null)
    {
        string link = QueryHelpers.AddQueryString(place.Link("activity"), "range", range.Word);
        return name is null || value is null ? link : QueryHelpers.AddQueryString(link, name, value);
    }
}
