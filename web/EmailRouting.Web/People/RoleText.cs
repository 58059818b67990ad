using EmailRouting.Storage;

namespace EmailRouting.Web.People;

/// <summary>Roles in words.</summary>
public static class RoleText
{
    public static string Name(PersonRole role) => role switch
    {
        PersonRole.Owner => Texts.Owner,
        PersonRole.Admin => Texts.Admin,
        PersonRole.Member => Texts.Member,
        _ => Texts.Viewer,
    };

    public static string Meaning(PersonRole role) => role switch
    {
        PersonRole.Owner => Texts.OwnerMeaning,
        PersonRole.Admin => Texts.AdminMeaning,
        PersonRole.Member => Texts.MemberMeaning,
        _ => Texts.ViewerMeaning,
    };
}
