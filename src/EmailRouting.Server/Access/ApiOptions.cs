using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Access;

/// <summary>The REST API: <c>Api:*</c>.</summary>
internal sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>Requests that one key may make in a minute, and at most at once.</summary>
    [Range(60, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 6_000;
}

[OptionsValidator]
internal sealed partial class ApiOptionsValidator : IValidateOptions<ApiOptions>;
