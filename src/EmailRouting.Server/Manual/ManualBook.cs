using System.Collections.Frozen;
using System.Reflection;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace EmailRouting.Server.Manual;

/// <summary>The pages of the manual, made of the Markdown in this assembly.</summary>
internal sealed class ManualBook
{
    public const string First = "readme";
    private const string Folder = "manual/";
    private const string Ending = ".md";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).DisableHtml().Build();
    private readonly FrozenDictionary<string, ManualText> _pages;

    public ManualBook()
    {
        Assembly assembly = typeof(ManualBook).Assembly;
        string[] names = [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Select(n => n[Folder.Length..^Ending.Length])];
        _pages = names.ToFrozenDictionary(name => name, name => Read(assembly, name, names), StringComparer.Ordinal);
        Titles = [.. names.OrderBy(name => name != First).ThenBy(name => name, StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, _pages[name].Title))];
    }

    /// <summary>Names with titles, in the order in which they are offered.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Titles { get; }

    public ManualText? Find(string name) => _pages.GetValueOrDefault(name);

    private static ManualText Read(Assembly assembly, string name, string[] names)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream($"{Folder}{name}{Ending}")!);
        MarkdownDocument document = Markdown.Parse(reader.ReadToEnd(), Pipeline);
        foreach (LinkInline link in document.Descendants<LinkInline>())
        {
            link.Url = Target(link.Url ?? string.Empty, names);
        }

        string title = document.Descendants<HeadingBlock>().FirstOrDefault()?.Inline?.FirstChild?.ToString() ?? name;
        return new ManualText(title, document.ToHtml(Pipeline));
    }

    /// <summary>A file of the manual is a page here; another file of the sources is none.</summary>
    private static string Target(string url, string[] names)
    {
        if (url.Contains(':', StringComparison.Ordinal) || url.StartsWith('#'))
        {
            return url;
        }

        string[] parts = url.Split('#', 2);
        string file = Path.GetFileNameWithoutExtension(parts[0]).ToLowerInvariant();

        // The map of the code has the name of the first page.
        bool isPage = names.Contains(file) && !parts[0].StartsWith("src/README", StringComparison.Ordinal);
        return isPage ? $"/help/{file}{(parts.Length == 2 ? $"#{parts[1]}" : null)}" : $"/help/{First}";
    }
}

/// <param name="Title">Its first heading.</param>
/// <param name="Html">Made of our own text alone.</param>
internal sealed record ManualText(string Title, string Html);
