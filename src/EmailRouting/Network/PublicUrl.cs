namespace EmailRouting.Network;

/// <summary>Where people outside reach our pages: for the links that are mailed or handed on.</summary>
/// <param name="root">Ends with a slash.</param>
public sealed class PublicUrl(Uri root)
{
    /// <param name="path">Without a slash before it.</param>
    public Uri Of(string path) => new(root, path);
}
