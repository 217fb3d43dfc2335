using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Freshness;

namespace Operator.Tests.BaseImages.Freshness;

/// <summary>A repository belongs to the object that named it first.</summary>
internal sealed class RepositoryConflictTests
{
    [Test]
    public void The_younger_of_two_is_told_of_the_older_by_name()
    {
        var (older, younger) = (Image("one", 0), Image("two", 1));
        Assert.That(RepositoryConflict.Find(older, [older, younger]), Is.Null);
        Assert.That(
            RepositoryConflict.Find(younger, [older, younger]),
            Does.StartWith(
                "spec.output.repository: GemmaBaseImage ml/one is older and pushes to "
                    + "registry.example/team/gemma-base too"
            )
        );
    }

    [Test]
    public void Of_two_of_the_same_second_just_one_is_told()
    {
        var (a, b) = (Image("a", 0), Image("b", 0));
        Assert.That(new[] { RepositoryConflict.Find(a, [a, b]), RepositoryConflict.Find(b, [a, b]) }, Has.One.Null);
    }

    [Test]
    public void A_service_s_repository_counts_and_so_does_a_default_one()
    {
        var older = Image("one", 0);
        var younger = Image(
            "two",
            1,
            s => s with { Output = s.Output with { Repository = "registry.example/team/gemma-base-service" } }
        );
        Assert.That(RepositoryConflict.Find(younger, [older]), Does.StartWith("spec.output.repository"));
        var service = Image(
            "two",
            1,
            s =>
                s with
                {
                    Output = s.Output with { Repository = "registry.example/team/other" },
                    Rollout = s.Rollout with
                    {
                        Server = s.Rollout.Server with { Repository = "registry.example/team/gemma-base" },
                    },
                }
        );
        Assert.That(RepositoryConflict.Find(service, [older]), Does.StartWith("spec.rollout.server.repository"));
    }

    [Test]
    public void One_that_goes_away_holds_nothing()
    {
        var older = Image("one", 0);
        older.Metadata.DeletionTimestamp = A.Morning;
        Assert.That(RepositoryConflict.Find(Image("two", 1), [older]), Is.Null);
    }

    private static GemmaBaseImage Image(
        string name,
        int age,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null
    )
    {
        var image = A.BaseImage(change);
        (image.Metadata.Name, image.Metadata.Uid, image.Metadata.CreationTimestamp) = (
            name,
            "uid-" + name,
            A.Morning.AddMinutes(age)
        );
        return image;
    }
}
