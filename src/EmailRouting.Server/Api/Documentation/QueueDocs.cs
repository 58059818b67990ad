using EmailRouting.Storage;
using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>The queue is found below the account and below each zone: the same operations, under names of their own.</summary>
/// <param name="of">Of the operation ids; empty below the account.</param>
internal sealed class QueueDocs(string of)
{
    private static readonly ApiFailure NoMessage = ApiErrors.Missing("message in the queue: it is delivered, dropped, or never was");

    private static readonly QueueDelivery Delivery = new(
        Example.DeliveryId,
        Example.MessageId,
        QueueDbState.Queued,
        UnderWay: false,
        Example.At.AddMinutes(5),
        "sender@there.example",
        ["hello@example.com"],
        Example.Inbox,
        Fallback: null,
        Example.At,
        Size: 2310,
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        Attempts: 1,
        "451 4.7.1 Try again later");

    private readonly string _place = of.Length == 0 ? "Below the account it is all mail that the token reaches." : "Below a zone it is what is addressed to that domain and its subdomains.";

    public OperationDoc List => new(
        $"List{of}Queue",
        ApiTag.Queue,
        "List what is still owed, the oldest first",
        $"One entry for each inbox that a message is owed to. {_place} Mail comes and goes, so the list goes on from a cursor.",
        AnswerDoc.List<QueueDelivery>([Delivery], new CountedCursorFacts(1, Paging.DefaultPerPage, 1, null, null)))
    {
        Query =
        [
            QueryDoc.Word("state", "Only what waits for its next attempt, what you hold, or what has failed for good and is kept.", null, "queued", "held", "failed"),
            QueryDoc.Text("text", "Only what has this text in its sender, recipients or destination."),
            QueryDoc.PerPage,
            QueryDoc.Text("cursor", "Go on from here: `next_cursor` of the answer before."),
        ],
    };

    public OperationDoc Get => new(
        $"Get{of}QueuedMessage",
        ApiTag.Queue,
        "Get a message and each inbox it is owed to",
        "With the last words of each inbox, and when it is asked again. A message that is delivered to everybody is no longer in the queue.",
        AnswerDoc.Of(new QueueMessage(Delivery.MessageId, Delivery.Sender, Delivery.ReceivedAt, Delivery.Size, Delivery.Sha256, [Delivery])))
    {
        Errors = [NoMessage],
    };

    public OperationDoc Raw => new(
        $"Get{of}QueuedMessageRaw",
        ApiTag.Queue,
        "Get the bytes of a message, as they came",
        "As a file to be saved. Somebody else's mail: this has a scope of its own.",
        AnswerDoc.Raw("message/rfc822", "Subject: hello\r\n\r\nbody\r\n"))
    {
        Errors = [NoMessage],
    };

    public OperationDoc Retry => Act(
        $"Retry{of}QueuedMessage", "Make a message due now", "What has failed begins anew, with a full term.", "it is held, or being attempted already");

    public OperationDoc Hold => Act(
        $"Hold{of}QueuedMessage", "Keep a message from being attempted", "Until it is released. What is held does not age. An attempt that is under way ends first.", "nothing of it is queued", QueueDbState.Held);

    public OperationDoc Release => Act($"Release{of}QueuedMessage", "Let a message that was held go on", "It is due at once.", "nothing of it is held");

    public OperationDoc Redirect => new(
        $"Redirect{of}QueuedMessage", ApiTag.Queue, "Send a message to another inbox instead", "The inbox must be a verified destination address. The rule stays as it is: this is about one message.", Outcome(Delivery with { Destination = "colleague@inbox.example" }))
    {
        Body = new BodyDoc(
            () => Shape.Object(
                Field.Required("destination", "A verified destination address.", Shape.Text(254, 3)),
                Field.Optional("delivery", "Only this one of its deliveries.", Shape.Text(254))),
            new BodyExample("All of it", """{ "destination": "colleague@inbox.example" }"""),
            new BodyExample("One delivery", $$"""{ "destination": "colleague@inbox.example", "delivery": "{{Example.DeliveryId}}" }""")),
        Errors =
        [
            new ApiFailure(StatusCodes.Status400BadRequest, ApiError.At(
                ApiErrors.NotVerified, "Destination address is not verified: The destination colleague@inbox.example is not verified; verify it first.", "/destination")),
            NoMessage,
            ApiErrors.Conflicts(ApiErrors.Conflict, "The message stays as it is: it goes there already, or it is being attempted: hold it first"),
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: destination is missing: a verified destination address such as you@inbox.example", "/destination")]),
        ],
    };

    public OperationDoc Drop => new(
        $"Drop{of}QueuedMessage", ApiTag.Queue, "Remove a message for good; nobody is told", "The answer is what was removed. A message that is addressed to other domains too is not removed below a zone.", Outcome(Delivery))
    {
        Query = [QueryDoc.Text("delivery", "Only this one of its deliveries.")],
        Errors = [NoMessage, ApiErrors.Conflicts(ApiErrors.Conflict, "The message stays as it is: it is addressed to other domains too")],
    };

    private static OperationDoc Act(string name, string summary, string description, string why, QueueDbState after = QueueDbState.Queued) => new(
        name, ApiTag.Queue, summary, description, Outcome(Delivery with { State = after }))
    {
        Body = new BodyDoc(
            Part,
            new BodyExample("All of it", "{}"),
            new BodyExample("One delivery", $$"""{ "delivery": "{{Example.DeliveryId}}" }"""))
        {
            IsOptional = true,
        },
        Errors =
        [
            NoMessage,
            ApiErrors.Conflicts(ApiErrors.Conflict, $"The message stays as it is: {why}"),
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: delivery must be a text, not a number", "/delivery")]),
        ],
    };

    private static OpenApiSchema Part() => Shape.Object(Field.Optional("delivery", "Only this one of its deliveries; left out: all of them.", Shape.Text(254)));

    private static AnswerDoc Outcome(QueueDelivery after) => AnswerDoc.Of(new QueueOutcome(after.MessageId, [after], []));
}
