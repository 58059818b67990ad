using EmailRouting.Server.Hosting;

namespace EmailRouting.Server.Verification;

/// <summary>Where people outside reach our pages: <c>Http:PublicUrl</c>, for the links in mails.</summary>
internal sealed class PublicUrl
{
    private readonly Uri _root;

    private PublicUrl(Uri root) => _root = root;

    /// <exception cref="ConfigurationException">It is no URL of a web site.</exception>
    public static PublicUrl From(IConfiguration configuration)
    {
        string text = configuration["Http:PublicUrl"] is { Length: > 0 } given ? given : HttpEndpoints.Page(configuration["urls"] ?? HttpEndpoints.Default);
        return Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out Uri? root) && root.Scheme is "http" or "https" && root.Query.Length == 0
            ? new PublicUrl(root)
            : throw new ConfigurationException($"Http:PublicUrl: '{text}' is not the address of a web site; allowed is for example https://mail.example.com");
    }

    /// <param name="path">Without a slash before it.</param>
    public Uri Of(string path) => new(_root, path);
}
