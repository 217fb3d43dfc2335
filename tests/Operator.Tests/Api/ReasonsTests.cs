using System.Text.RegularExpressions;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;

namespace Operator.Tests.Api;

/// <summary>
/// A reason that the API lists and nothing gives would be waited for in vain, by people and by alerts.
/// </summary>
internal sealed class ReasonsTests
{
    private static readonly string Code = string.Join(
        '\n',
        Directory
            .EnumerateFiles(Checkout.PathTo("operator"), "*.cs", SearchOption.AllDirectories)
            .Where(f =>
                !Regex.IsMatch(
                    f,
                    "/(bin|obj|Words)/|/FailureReason.cs$",
                    RegexOptions.ExplicitCapture,
                    TimeSpan.FromSeconds(1)
                )
            )
            .Select(File.ReadAllText)
    );

    [Test]
    public void Every_reason_of_a_build_is_given_somewhere() =>
        Assert.That(Enum.GetNames<BuildReason>().Where(name => !IsSaid("BuildReason", name)), Is.Empty);

    [Test]
    public void Every_reason_of_a_condition_is_given_somewhere() =>
        Assert.That(
            typeof(ImageReason)
                .GetNestedTypes(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public)
                .SelectMany(t => t.GetFields().Where(f => f.IsLiteral).Select(f => (Type: t.Name, f.Name)))
                .Where(reason => !IsSaid(reason.Type, reason.Name)),
            Is.Empty
        );

    [Test]
    public void Every_reason_of_a_failure_is_given_somewhere() =>
        Assert.That(
            typeof(FailureReason)
                .GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public)
                .Where(f => f.FieldType == typeof(FailureReason))
                .Select(f => f.Name)
                .Where(name => !IsSaid("FailureReason", name)),
            Is.Empty
        );

    private static bool IsSaid(string type, string name) =>
        Regex.IsMatch(Code, $@"\b{type}\s*\.\s*{name}\b", RegexOptions.None, TimeSpan.FromSeconds(5));
}
