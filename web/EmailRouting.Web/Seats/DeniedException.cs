namespace EmailRouting.Web.Seats;

/// <summary>Somebody has tried what he may not do (any more): his page is out of date, or not his page.</summary>
public sealed class DeniedException : Exception
{
    public DeniedException()
        : base(Texts.Denied)
    {
    }
}
