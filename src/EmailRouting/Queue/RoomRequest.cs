namespace EmailRouting.Queue;

/// <summary>Somebody who waits for places in the window; true once they are his.</summary>
internal sealed class RoomRequest(int deliveries, long bytes) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public int Deliveries => deliveries;

    /// <summary>Of each delivery.</summary>
    public long Bytes => bytes;
}
