namespace EmailRouting.Activity;

/// <summary>How finely messages are counted. Intervals begin at whole ones of UTC.</summary>
public enum ActivityInterval
{
    Minute = 60,
    FiveMinutes = 300,
    Hour = 3600,
    Day = 86400,
}
