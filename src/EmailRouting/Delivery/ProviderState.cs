namespace EmailRouting.Delivery;

/// <summary>How a provider is treated at the moment.</summary>
public enum ProviderState
{
    /// <summary>As much at once as the configuration allows.</summary>
    Healthy,

    /// <summary>Less at once, and with pauses between: it has asked for that, or a pause is just over.</summary>
    Slowed,

    /// <summary>Nothing: it has refused several messages in a row because of who we are. Mail waits in the queue.</summary>
    Paused,
}
