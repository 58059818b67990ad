namespace EmailRouting.Returns;

/// <summary>Whether mail is taken for an address that looks like one of those that we make of senders (SRS).</summary>
public abstract record ReturnPermission
{
    private ReturnPermission()
    {
    }

    /// <summary>We made it, and the null sender writes to it.</summary>
    public sealed record Granted : ReturnPermission;

    /// <summary>We did not make it. Where the domain has never been rewritten to it is an address like any other.</summary>
    public sealed record Forged : ReturnPermission;

    /// <param name="Text">Why not.</param>
    public sealed record Refused(string Text) : ReturnPermission;
}
