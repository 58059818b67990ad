namespace EmailRouting.Policy;

/// <summary>Section <c>Policy</c> of the configuration: what no single domain decides.</summary>
public sealed class PolicyOptions
{
    public const string Section = "Policy";

    /// <summary>What a domain begins with that is added without a choice.</summary>
    public PolicyPreset Default { get; set; } = PolicyPreset.Off;

    /// <summary>Where rspamd's normal worker listens, such as <c>http://127.0.0.1:11333</c>; empty: there is none.</summary>
    public string Rspamd { get; set; } = string.Empty;

    /// <summary>How long a sender may be kept waiting at the final dot for what the DNS and rspamd have to say. RFC 5321 §4.5.3.2.6 has him wait ten minutes; few do.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(25);
}
