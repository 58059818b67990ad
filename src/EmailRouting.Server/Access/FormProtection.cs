using Microsoft.AspNetCore.Antiforgery;

namespace EmailRouting.Server.Access;

/// <summary>Marks an endpoint that only a page of ours may post to.</summary>
internal sealed class FormProtection : IAntiforgeryMetadata
{
    public static readonly FormProtection Required = new();

    public bool RequiresValidation => true;
}
