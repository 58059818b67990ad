namespace EmailRouting.Delivery;

/// <summary>When a message for one target is offered to it.</summary>
public enum DeliveryMode
{
    /// <summary>While its sender waits: the target's verdict becomes our reply.</summary>
    CutThrough,

    /// <summary>After it is durable and the sender has had its 250.</summary>
    Queue,
}
