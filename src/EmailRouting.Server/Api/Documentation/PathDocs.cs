using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>The parameters in the paths. Each means the same wherever it stands.</summary>
internal static partial class PathDocs
{
    private static readonly Dictionary<string, (string Description, Func<OpenApiSchema> Shape, string Example)> Known = new()
    {
        ["account_id"] = ("The account: `GET /client/v4/accounts` names the one there is.", Shape.Id, Example.AccountId),
        ["zone_id"] = ("A domain: `GET /client/v4/zones?name=example.com` finds its id.", Shape.Id, Example.ZoneId),
        ["rule_id"] = ("A rule of the zone.", Shape.Id, Example.RuleId),
        ["address_id"] = ("A destination address.", Shape.Id, Example.AddressId),
        ["token_id"] = ("A token.", Shape.Id, Example.TokenId),
        ["person_id"] = ("Somebody who may sign in to the dashboard.", Shape.Id, Example.PersonId),
        ["sender_id"] = ("An entry of an allow or block list.", Shape.Id, Example.SenderId),
        ["id"] = ("A message: the id in our `250` to its sender, and in the log.", () => Shape.Text(), Example.MessageId),
        ["name"] = ("The name of a domain.", () => Shape.Text(253), Example.OwnedDomain),
        ["sequence"] = ("The number of a change, from the history.", () => Shape.Number(1, null), "3"),
    };

    public static IEnumerable<OpenApiParameter> Of(string path)
    {
        foreach (Match match in Placeholder().Matches(path))
        {
            string name = match.Groups[1].Value;
            (string description, Func<OpenApiSchema> shape, string example) = Known[name];
            yield return new OpenApiParameter { Name = name, In = ParameterLocation.Path, Required = true, Description = description, Schema = shape(), Example = example };
        }
    }

    /// <summary>With the examples in it.</summary>
    public static string Fill(string path) => Placeholder().Replace(path, match => Known[match.Groups[1].Value].Example);

    [GeneratedRegex(@"\{(\w+)(?:[^}]*)\}")]
    private static partial Regex Placeholder();
}
