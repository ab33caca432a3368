namespace GpuScheduler.Cluster.Coyote.Tests;

/// <summary>How the writer of a shared cluster behaves: as it must, or with one mistake that the checks have to find.</summary>
public enum WriterRule
{
    /// <summary>Commits what <see cref="ClusterWriter.Commit"/> lets pass, and publishes a batch at once.</summary>
    Correct,

    /// <summary>Applies every draft, whatever has changed since its fork.</summary>
    CommitsUnchecked,

    /// <summary>Publishes in the middle of a move from one node to another.</summary>
    PublishesHalves,

    /// <summary>Answers before it has published: a pod that was told "placed" is not in the head.</summary>
    AnswersEarly,

    /// <summary>Lets readers look at the working state instead of the published one.</summary>
    ShowsWorkingState,
}
