using System.Globalization;
using System.Reflection;

namespace EmailRouting.Server.Api;

/// <summary>Which page of a list. Past its end a page is empty, never an error: clients ask until they get nothing.</summary>
internal sealed record Paging(int Page, int PerPage)
{
    public const int DefaultPerPage = 20;
    public const int MaxPerPage = 1000;

    public int Skip => (int)Math.Min(int.MaxValue, (Page - 1L) * PerPage);

    /// <summary>A parameter of an endpoint. A larger page than <see cref="MaxPerPage"/> is cut to that, for there are clients that ask for everything.</summary>
    public static ValueTask<Paging> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult(new Paging(
        Read(context.Request, "page", 1, int.MaxValue),
        Math.Min(Read(context.Request, "per_page", DefaultPerPage, int.MaxValue), MaxPerPage)));

    private static int Read(HttpRequest request, string name, int fallback, int max)
    {
        string text = request.Query[name].ToString();
        return text.Length == 0 ? fallback
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= 1 && value <= max ? value
            : throw new BadRequestException(ApiErrors.BadQuery($"{name} '{Shown.Text(text)}' must be a whole number from 1"));
    }
}
