// The overview, as it looks everywhere.
export default {
  "looks right": async (journey) => {
    await journey.open("Overview");
    await journey.looks("overview");
  },
};
