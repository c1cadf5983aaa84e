"""Page objects: what people do and see on the product's pages, in their own words."""
