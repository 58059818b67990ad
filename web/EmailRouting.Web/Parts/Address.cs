using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace EmailRouting.Web.Parts;

/// <summary>What the address of a page says beside its path.</summary>
public static class Address
{
    public static string? Query(NavigationManager navigation, string name) =>
        QueryHelpers.ParseQuery(new Uri(navigation.Uri).Query).TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null;
}
