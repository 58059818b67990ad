using System.Diagnostics.CodeAnalysis;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>Forwarding profiles as people write them: <c>transparent</c>, <c>authenticated</c>, or the parts, <c>srs,arc</c>.</summary>
public static class ProfileWords
{
    public const string Allowed = "transparent, authenticated, or parts of it: srs, trace, arc";

    private const string Transparent = "transparent";
    private const string Authenticated = "authenticated";

    private static readonly (string Word, ForwardingProfile Part)[] Parts =
        [("srs", ForwardingProfile.Srs), ("trace", ForwardingProfile.Trace), ("arc", ForwardingProfile.Arc)];

    public static string Text(this ForwardingProfile profile) => profile switch
    {
        ForwardingProfile.Transparent => Transparent,
        ForwardingProfile.Authenticated => Authenticated,
        _ => string.Join(',', profile.PartWords()),
    };

    /// <summary>The parts that are on, in their order.</summary>
    public static IEnumerable<string> PartWords(this ForwardingProfile profile) => Parts.Where(part => profile.HasFlag(part.Part)).Select(part => part.Word);

    /// <param name="text">In any case, with or without spaces.</param>
    /// <param name="profile">What it names.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ForwardingProfile? profile)
    {
        profile = text.Trim().ToLowerInvariant() switch
        {
            Transparent => ForwardingProfile.Transparent,
            Authenticated => ForwardingProfile.Authenticated,
            var parts => TryParse(parts.Split(',', StringSplitOptions.TrimEntries)),
        };
        return profile is not null;
    }

    /// <summary>Null where one of them is no part.</summary>
    private static ForwardingProfile? TryParse(string[] words)
    {
        ForwardingProfile profile = ForwardingProfile.Transparent;
        foreach (string word in words)
        {
            if (Array.Find(Parts, part => part.Word == word) is not (Word: not null, _) known)
            {
                return null;
            }

            profile |= known.Part;
        }

        return profile;
    }
}
