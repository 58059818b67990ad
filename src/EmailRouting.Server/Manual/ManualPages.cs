using EmailRouting.Server.Hosting;
using EmailRouting.Web.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace EmailRouting.Server.Manual;

/// <summary><c>/help</c>: the manual of the program that runs.</summary>
internal static class ManualPages
{
    public static void AddManual(this IServiceCollection services) => services.AddSingleton<ManualBook>();

    public static void MapManual(this WebApplication app)
    {
        RouteGroupBuilder pages = app.MapPageGroup(formAction: "'none'");
        pages.MapGet("/help", () => TypedResults.Redirect($"/help/{ManualBook.First}"));
        pages.MapGet("/help/{name}", async Task<IResult> (string name, ManualBook book, HtmlRenderer renderer) => book.Find(name) is { } page
            ? await renderer.PageAsync<ManualPage>(
                (nameof(ManualPage.Title), page.Title),
                (nameof(ManualPage.Pages), book.Titles),
                (nameof(ManualPage.Name), name),
                (nameof(ManualPage.Text), new MarkupString(page.Html)))
            : TypedResults.NotFound());
    }
}
