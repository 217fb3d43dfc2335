using System.Text.RegularExpressions;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Holds the user that the image runs as, never root.</summary>
internal sealed partial record ImageUser
{
    public const long MaxId = int.MaxValue;

    private ImageUser(string name, long uid, long gid)
    {
        Name = name;
        Uid = uid;
        Gid = gid;
    }

    public string Name { get; }

    public long Uid { get; }

    public long Gid { get; }

    public static Parsed<ImageUser> Parse(UserSpec? given, string field)
    {
        var problems = new List<FieldError>();
        var user = given ?? new UserSpec();
        var name = user.Name ?? "";
        if (name == "root")
        {
            problems.Add(
                Problem.At($"{field}.name", "root may not run the image", "choose a user.name other than root")
            );
        }
        else if (name.Length > SpecBounds.LoginName || !Pattern().IsMatch(name))
        {
            problems.Add(
                Problem.At(
                    $"{field}.name",
                    $"{Quoted.Of(name)} isn't a login name",
                    $"use up to {SpecBounds.LoginName} lower-case letters, digits, _ and -, starting with a letter or _"
                )
            );
        }

        if (user.Uid is < 1 or > MaxId)
        {
            problems.Add(
                Problem.At($"{field}.uid", $"{user.Uid} is out of range", $"choose 1 to {MaxId}; 0 would be root")
            );
        }

        if (user.Gid is < 1 or > MaxId)
        {
            problems.Add(
                Problem.At($"{field}.gid", $"{user.Gid} is out of range", $"choose 1 to {MaxId}; 0 would be root")
            );
        }

        return problems.Count > 0
            ? Parsed<ImageUser>.Wrong(problems)
            : Parsed<ImageUser>.Of(new ImageUser(name, user.Uid, user.Gid));
    }

    [GeneratedRegex(@"\A[a-z_][a-z0-9_-]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
