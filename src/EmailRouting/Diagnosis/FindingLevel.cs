namespace EmailRouting.Diagnosis;

/// <summary>How much a finding matters.</summary>
public enum FindingLevel
{
    Ok,

    /// <summary>Mail moves, but less well than it could, or something could not be looked at.</summary>
    Warn,

    /// <summary>Mail is lost, refused or kept waiting until it is mended.</summary>
    Fail,
}
