namespace EmailRouting.Delivery;

/// <summary>What a reply says of us as senders, as opposed to one mail or one mailbox.</summary>
internal enum ReputationSign
{
    None,

    /// <summary>Too much, too fast, or too little known: less of it, later.</summary>
    Slower,

    /// <summary>We are on a list, or as good as: what we send now only makes it worse.</summary>
    Blocked,
}
