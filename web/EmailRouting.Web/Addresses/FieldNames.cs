using System.Globalization;
using EmailRouting.Web.Seats;

namespace EmailRouting.Web.Addresses;

/// <summary>The members of a rule's record as people call them.</summary>
public static class FieldNames
{
    public static string Of(string field) => field switch
    {
        "pattern" => Texts.Address,
        "senders" => Texts.SendersLabel,
        "action" => Texts.ActionLabel,
        "to" => Texts.GoesTo,
        "code" => Texts.CodeLabel,
        "text" => Texts.TextLabel,
        "enabled" => Texts.On,
        "priority" => Texts.PriorityLabel,
        "name" => Texts.NameLabel,
        "expires_at" => Texts.ExpiryLabel,
        "fallback" => Texts.FallbackLabel,
        "fallback_after_minutes" => Texts.FallbackAfterLabel,
        "notes" => Texts.NotesLabel,
        "labels" => Texts.LabelsLabel,
        _ => field,
    };

    /// <summary>A value of the record as people read it.</summary>
    public static string Value(string field, string value, ViewerClock clock) => field switch
    {
        "enabled" => value == "true" ? Texts.StatusOn : Texts.StatusOff,
        "expires_at" when DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out DateTimeOffset at) => clock.Exact(at),
        _ => value,
    };
}
