namespace EmailRouting.Server.Api.Documentation;

internal static class PeopleDocs
{
    private const string LinkHelp = "A token gives nobody more than it may do itself, and owners are out of its reach. `link` lets them choose a password, once, within a day. No mail is sent: hand it on yourself.";

    private static readonly ApiFailure Missing = ApiErrors.Missing("person");

    private static readonly PersonResource Person = new(Example.Id(Example.PersonId), "you@example.org", "admin", [], SecondFactor: false, Example.At, null);

    private static readonly PersonResource Invited = Person with { Link = "http://localhost:8080/welcome?person=01a214d7e0a47c55b2f4c3a8a5d0a9e4&secret=Q2ZESjg" };

    public static readonly OperationDoc List = new("ListPeople", ApiTag.People, "List people", "In the order of their addresses.", AnswerDoc.Page(Person))
    {
        Query = [QueryDoc.Page, QueryDoc.PerPage],
    };

    public static readonly OperationDoc Add = new("AddPerson", ApiTag.People, "Add somebody", LinkHelp, AnswerDoc.Of(Invited))
    {
        Body = new BodyDoc(
            () => Shape.Object(
                Field.Required("email", "By which they sign in.", Shape.Text(254, 3)),
                Field.Optional("role", "What they may do.", Shape.Word("member", "admin", "member", "viewer")),
                Field.Optional("domains", "Of a member or viewer: names or ids of the domains they see.", Shape.List(Shape.Text(253)))),
            new BodyExample("An admin", """{ "email": "you@example.org", "role": "admin" }""")),
        Errors =
        [
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: email is missing: an address such as you@example.com", "/email")]),
            ApiErrors.Conflicts(ApiErrors.Conflict, "There is already somebody with this address."),
        ],
    };

    public static readonly OperationDoc Change = new(
        "ChangePerson", ApiTag.People, "Change what somebody may do", "In force at their next click. A token gives nobody more than it may do itself, and owners are out of its reach.", AnswerDoc.Of(Person))
    {
        Body = new BodyDoc(
            () => Shape.Object(
                Field.Optional("role", "What they may do.", Shape.Word(null, "admin", "member", "viewer")),
                Field.Optional("domains", "Of a member or viewer: names or ids of the domains they see.", Shape.List(Shape.Text(253)))),
            new BodyExample("An admin", """{ "role": "admin" }""")),
        Errors = [Missing, ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: role 'boss' must be one of admin, member, viewer", "/role")])],
    };

    public static readonly OperationDoc Link = new("InvitePerson", ApiTag.People, "Make a new link for somebody", LinkHelp, AnswerDoc.Of(Invited)) { Errors = [Missing] };

    public static readonly OperationDoc Remove = new(
        "RemovePerson", ApiTag.People, "Remove somebody", "They are signed out everywhere at once; what they have made stays.", AnswerDoc.Of(new Removed(Example.Id(Example.PersonId))))
    {
        Errors = [Missing],
    };
}
