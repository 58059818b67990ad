using System.Security.Cryptography;

namespace EmailRouting.Web.Addresses;

/// <summary>Names for new addresses that nobody guesses, or that say whom they were given to.</summary>
internal static class Suggestions
{
    private const int MaxName = 40;

    // Without letters and digits that are taken for one another when they are read out.
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    private static readonly string[] Qualities =
    [
        "amber", "ample", "bold", "brave", "breezy", "bright", "brisk", "calm", "candid", "cheery", "clear", "clever", "cosy", "crisp", "dapper", "daring", "deft",
        "eager", "early", "easy", "fair", "fancy", "fast", "fine", "fleet", "fond", "fresh", "frosty", "gentle", "glad", "golden", "grand", "green", "handy", "happy",
        "hardy", "honest", "ideal", "jolly", "keen", "kind", "lively", "loyal", "lucky", "merry", "mild", "mellow", "misty", "modest", "neat", "nimble", "noble", "novel",
        "opal", "open", "patient", "placid", "plain", "plucky", "polar", "proud", "quick", "quiet", "rapid", "ready", "ripe", "rosy", "royal", "rustic", "sandy", "sharp",
        "silent", "silver", "simple", "sleek", "smart", "smooth", "snowy", "solid", "sonic", "spry", "steady", "still", "stout", "sunny", "sure", "swift", "tender", "tidy",
        "true", "upbeat", "vivid", "warm", "wise", "witty", "young", "zesty",
    ];

    private static readonly string[] Things =
    [
        "acorn", "anchor", "apple", "arrow", "aspen", "badger", "bamboo", "basin", "beacon", "birch", "bison", "brook", "canyon", "cedar", "cherry", "cliff", "cloud",
        "clover", "comet", "coral", "cove", "crane", "creek", "delta", "dune", "eagle", "ember", "falcon", "fern", "field", "finch", "fjord", "flint", "forest", "fox",
        "garden", "glade", "grove", "harbor", "hazel", "heron", "hill", "island", "ivy", "jasper", "lagoon", "lake", "lantern", "larch", "lark", "laurel", "lemon", "lily",
        "linden", "lynx", "maple", "marsh", "meadow", "moon", "moss", "oak", "ocean", "olive", "orchid", "otter", "owl", "palm", "pebble", "pine", "plum", "pond", "poppy",
        "prairie", "quartz", "raven", "reef", "ridge", "river", "robin", "sage", "shore", "sparrow", "spruce", "star", "stone", "stream", "summit", "swan", "thistle",
        "tiger", "tulip", "valley", "violet", "walnut", "willow", "wren",
    ];

    /// <summary>Ten letters and digits: 49 bits of chance.</summary>
    public static string Random() => RandomNumberGenerator.GetString(Letters, 10);

    /// <summary>Such as <c>calm-otter-417</c>.</summary>
    public static string Words() => $"{Pick(Qualities)}-{Pick(Things)}-{RandomNumberGenerator.GetInt32(100, 1000)}";

    /// <summary>Names from that of a shop: the name itself, and with an end that a stranger does not guess.</summary>
    /// <param name="typed">Such as <c>shop.example</c> or <c>https://www.shop.example/cart</c>.</param>
    /// <returns>None where it is no name of a host.</returns>
    public static IReadOnlyList<string> ForShop(string typed)
    {
        string text = typed.Trim().ToLowerInvariant();
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        string host = scheme >= 0 ? text[(scheme + 3)..] : text;
        host = host.Split('/', '?', '#', ':')[0];
        string[] labels = host.Split('.');
        if (labels.Length < 2 || !Array.TrueForAll(labels, IsLabel))
        {
            return [];
        }

        // The longest label is what people call the shop: not www, not co.uk.
        string name = labels[..^1].Where(label => label != "www").DefaultIfEmpty(labels[^2]).MaxBy(label => label.Length)!;
        name = name.Length > MaxName ? name[..MaxName] : name;
        return [name, $"{name}-{RandomNumberGenerator.GetString(Letters, 4)}"];
    }

    private static bool IsLabel(string label) => label.Length > 0 && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static string Pick(string[] words) => words[RandomNumberGenerator.GetInt32(words.Length)];
}
