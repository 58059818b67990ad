using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmailRouting.Server.Hosting;

/// <summary>Pages without a script. What they show is anybody's words: nothing but their own style sheet may load.</summary>
internal static class HtmlPages
{
    /// <param name="app">Of the server.</param>
    /// <param name="formAction">Where a form may lead: <c>'none'</c> or <c>'self'</c>.</param>
    public static RouteGroupBuilder MapPageGroup(this WebApplication app, string formAction)
    {
        string policy = $"default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action {formAction}; frame-ancestors 'none'";
        RouteGroupBuilder pages = app.MapGroup(string.Empty);
        pages.AddEndpointFilter(async (invocation, next) =>
        {
            IHeaderDictionary headers = invocation.HttpContext.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-store";
            return await next(invocation);
        });
        return pages;
    }

    public static Task<ContentHttpResult> PageAsync<TPage>(this HtmlRenderer renderer, params (string Name, object? Value)[] parameters)
        where TPage : IComponent => renderer.PageAsync<TPage>(StatusCodes.Status200OK, parameters);

    public static async Task<ContentHttpResult> PageAsync<TPage>(this HtmlRenderer renderer, int status, params (string Name, object? Value)[] parameters)
        where TPage : IComponent
    {
        var values = ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value));
        string html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(values)).ToHtmlString());
        return TypedResults.Text(html, "text/html; charset=utf-8", statusCode: status);
    }
}
