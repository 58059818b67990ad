using EmailRouting.Network;

namespace EmailRouting.Server.Hosting;

/// <summary><c>Http:PublicUrl</c>; where it is not set, the first of the URLs that are listened on.</summary>
internal static class PublicUrlSetting
{
    /// <exception cref="ConfigurationException">It is no URL of a web site.</exception>
    public static PublicUrl Read(IConfiguration configuration)
    {
        string text = configuration["Http:PublicUrl"] is { Length: > 0 } given ? given : HttpEndpoints.Page(configuration["urls"] ?? HttpEndpoints.Default);
        return Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out Uri? root) && root.Scheme is "http" or "https" && root.Query.Length == 0
            ? new PublicUrl(root)
            : throw new ConfigurationException($"Http:PublicUrl: '{text}' is not the address of a web site; allowed is for example https://mail.example.com");
    }
}
