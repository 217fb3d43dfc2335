using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Owners;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Cancel;
using GemmaOperator.Owners;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Owners;

/// <summary>
/// Kind: a repository that another object has. It is had by the first good image, not by age or by naming.
/// </summary>
internal sealed class RepositoryClaimsTests
{
    private const string Repository = "registry.example/team/gemma-base";

    [Test]
    public void An_older_object_takes_nothing_by_an_edit()
    {
        var prod = Holding(Image("prod", "b", 5), Repository, 0);
        var sleeper = Image("sleeper", "a", 0, s => Serving(s, Repository));
        Assert.That(Taken(prod, sleeper), Is.Null);
        var told = Taken(sleeper, prod)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(told.Message, Does.StartWith("spec.rollout.server.repository: another object"));
            Assert.That(told.Message, Does.Not.Contain("prod").And.Not.Contain("tenant-b"));
            Assert.That(told.By, Is.EqualTo("tenant-b/prod"));
        }
    }

    [Test]
    public void Naming_a_repository_first_gives_no_right_to_it()
    {
        var (squatter, user) = (Image("squatter", "a", 0), Image("user", "b", 5));
        Assert.That((Taken(user, squatter), Taken(squatter, user)), Is.EqualTo(((object?)null, (object?)null)));
    }

    [TestCase("REGISTRY.example/team/gemma-base")]
    [TestCase("registry.example:443/team/gemma-base")]
    [TestCase("registry.example:80/team/gemma-base")]
    public void Spellings_of_one_repository_meet(string spelling)
    {
        var prod = Holding(Image("prod", "b", 5), Repository, 0);
        Assert.That(
            Taken(Image("x", "a", 0, s => Output(s, spelling)), prod)?.Field,
            Is.EqualTo("spec.output.repository")
        );
    }

    [TestCase("docker.io/team/x", "index.docker.io/team/x")]
    [TestCase("docker.io/team/x", "registry-1.docker.io/team/x")]
    [TestCase("docker.io/xx", "registry-1.docker.io:443/library/xx")]
    public void Docker_Hub_has_one_name(string one, string other) =>
        Assert.That(ImageRepository.Parse(other).Identity, Is.EqualTo(ImageRepository.Parse(one).Identity));

    [Test]
    public void A_cache_in_another_s_repository_is_taken_and_so_is_an_output_in_another_s_cache()
    {
        var prod = Holding(Image("prod", "b", 5), Repository, 0);
        Assert.That(
            Taken(Image("x", "a", 0, s => Cached(Output(s, "r.example/own/x"), Repository)), prod)?.Field,
            Is.EqualTo("spec.build.cache.repository")
        );
        var cached = Holding(Image("prod", "b", 5), Repository + "/cache", 0, RepositoryUse.Cache);
        Assert.That(Taken(Image("x", "a", 0, s => Output(s, Repository + "/cache")), cached), Is.Not.Null);
    }

    [Test]
    public void A_cache_is_shared_within_a_namespace_and_beyond_it_where_the_policy_says_so()
    {
        const string cache = "r.example/shared/cache";
        var prod = Holding(Image("prod", "b", 5, s => Cached(s, cache)), cache, 0, RepositoryUse.Cache);
        var (near, far) = (
            Image("near", "b", 6, s => Cached(Output(s, "r.example/b/near"), cache)),
            Image("far", "a", 6, s => Cached(Output(s, "r.example/a/far"), cache))
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Taken(near, prod), Is.Null);
            Assert.That(Taken(far, prod)?.Field, Is.EqualTo("spec.build.cache.repository"));
            Assert.That(Taken(far, prod, Policy("*=r.example/shared")), Is.Null);
            Assert.That(Taken(far, prod, Policy("tenant-a=r.example/shared")), Is.Not.Null, "not for the other");
        }
    }

    [Test]
    public void Who_goes_away_or_names_another_one_has_it_no_more()
    {
        var gone = Holding(Image("gone", "b", 0), Repository, 0);
        gone.Metadata.DeletionTimestamp = A.Morning;
        var moved = Holding(Image("moved", "b", 0, s => Output(s, "r.example/b/new")), Repository, 0);
        Assert.That(
            (Taken(Image("x", "a", 5), gone), Taken(Image("x", "a", 5), moved)),
            Is.EqualTo(((object?)null, (object?)null))
        );
    }

    [Test]
    public void An_object_comes_to_have_what_its_good_build_wrote_and_keeps_since_when()
    {
        var image = A.BaseImage() with { Status = new GemmaBaseImageStatus() };
        Assert.That(RepositoryClaims.Fold(image, null, mayTake: true, A.Morning), Is.Null);
        var had = RepositoryClaims.Fold(image, A.Build(1).Succeeded(), mayTake: true, A.Morning)!;
        Assert.That(
            had.Select(r => (r.Repository, r.Use.Value, r.Since)),
            Is.EqualTo(
                new (string, RepositoryUse?, DateTime?)[]
                {
                    (Repository, RepositoryUse.Images, A.Morning),
                    (Repository + "-service", RepositoryUse.Images, A.Morning),
                    (Repository + "/cache", RepositoryUse.Cache, A.Morning),
                }
            )
        );
        var later = image with { Status = new GemmaBaseImageStatus { Repositories = had } };
        Assert.That(
            RepositoryClaims.Fold(later, A.Build(2).Succeeded(), mayTake: true, A.Morning.AddDays(1)),
            Is.EqualTo(had)
        );
        Assert.That(RepositoryClaims.Fold(image, A.Build(1).Succeeded(), mayTake: false, A.Morning), Is.Null);
    }

    [Test]
    public void What_the_release_before_served_is_had_since_the_object_was_made()
    {
        var old = Image("old", "b", 0) with { Status = new GemmaBaseImageStatus { LatestImage = A.Image(1) } };
        var newer = Holding(Image("new", "a", 5), Repository, 5);
        Assert.That((Taken(newer, old) is null, Taken(old, newer) is null), Is.EqualTo((false, true)));
    }

    [Test]
    public void A_build_moves_no_tag_of_a_repository_that_became_another_s()
    {
        var taken = new TakenRepository(
            "spec.output.repository",
            ImageRepository.Parse(Repository),
            A.Morning,
            "b/prod"
        );
        var snapshot = new BuildSnapshot
        {
            Now = A.Morning,
            Build = A.Build(1).WithCandidate(),
            Jobs = [],
            Pods = [],
            Taken = taken,
        };
        var step = BuildPlanner.Decide(snapshot).Decision as LeaveRepository;
        Assert.That(step?.After(snapshot, default(Nothing)).Status.Failure?.Message, Does.Contain("another object"));
    }

    [Test]
    public void Images_in_a_repository_that_is_another_s_by_now_stay_there()
    {
        var prod = Holding(Image("prod", "b", 5), Repository, 0);
        var repository = ImageRepository.Parse(Repository);
        Assert.That(RepositoryClaims.IsOfAnother(A.Build(1), repository, [prod]), Is.True);
        Assert.That(RepositoryClaims.IsOfAnother(A.Build(1), repository, [A.BaseImage()]), Is.False);
    }

    private static TakenRepository? Taken(
        GemmaBaseImage image,
        GemmaBaseImage other,
        RepositoryPolicy? policy = null
    ) =>
        RepositoryClaims.FindTaken(
            image,
            NamedRepositories.Of(image),
            [image, other],
            policy ?? RepositoryPolicy.AllowAll
        );

    private static RepositoryPolicy Policy(params string[] lines) =>
        RepositoryPolicy.TryParse(lines, out var policy, out var error) ? policy : throw new FormatException(error);

    private static GemmaBaseImage Holding(
        GemmaBaseImage image,
        string repository,
        int since,
        RepositoryUse use = RepositoryUse.Images
    ) =>
        image with
        {
            Status = new GemmaBaseImageStatus
            {
                Repositories =
                [
                    new OwnRepository
                    {
                        Repository = repository,
                        Use = use,
                        Since = A.Morning.AddMinutes(since),
                    },
                ],
            },
        };

    private static GemmaBaseImageSpec Output(GemmaBaseImageSpec s, string repository) =>
        s with
        {
            Output = s.Output with { Repository = repository },
        };

    private static GemmaBaseImageSpec Serving(GemmaBaseImageSpec s, string repository) =>
        Output(s, "r.example/own/sleeper") with
        {
            Rollout = s.Rollout with { Server = s.Rollout.Server with { Repository = repository } },
        };

    private static GemmaBaseImageSpec Cached(GemmaBaseImageSpec s, string repository) =>
        s with
        {
            Build = s.Build with { Cache = s.Build.Cache with { Repository = repository } },
        };

    private static GemmaBaseImage Image(
        string name,
        string tenant,
        int age,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null
    )
    {
        var image = A.BaseImage(change);
        image.Metadata.Name = name;
        image.Metadata.NamespaceProperty = "tenant-" + tenant;
        image.Metadata.Uid = "uid-" + name;
        image.Metadata.CreationTimestamp = A.Morning.AddMinutes(age);
        return image;
    }
}
